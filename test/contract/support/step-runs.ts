export const shell = (name: string, script: string, more: object = {}) => ({
  name,
  command: ['/bin/sh', '-c'],
  args: [script],
  ...more,
});

/** PipelineRun of one task with the given fields. */
export const run = (name: string, taskSpec: object, pipelineSpec: object = {}) => ({
  apiVersion: 'tekton.dev/v1',
  kind: 'PipelineRun',
  metadata: { name },
  spec: { pipelineSpec: { ...pipelineSpec, tasks: [{ name: 'work', taskSpec }] } },
});

const SHARED = {
  volumes: [{ name: 'shared', emptyDir: {} }],
  mount: { name: 'shared', mountPath: '/shared' },
};

const WORD = { results: [{ name: 'word', value: '$(tasks.work.results.word)' }] };

/** Runs of several steps, each by what it shows. */
export function stepRuns(image: string): readonly object[] {
  const template = {
    image,
    env: [{ name: 'DIRECTORY', value: '/shared' }],
    volumeMounts: [SHARED.mount],
  };
  const helpless = (name: string, script: string) =>
    run(name, {
      sidecars: [
        {
          ...shell('helper', 'exit 3'),
          image,
          readinessProbe: { exec: { command: ['false'] }, periodSeconds: 1 },
        },
      ],
      stepTemplate: { image },
      steps: [shell('one', script)],
    });
  return [
    run(
      'good',
      {
        volumes: SHARED.volumes,
        results: [{ name: 'word' }, { name: 'unsaid' }],
        stepTemplate: {
          ...template,
          env: [...template.env, { name: 'A', value: 'of template' }, { name: 'B', value: 'of template' }],
        },
        steps: [
          shell('one', 'echo "$A, $B" | tee "$DIRECTORY/file"; sleep 4', {
            env: [{ name: 'B', value: 'of step' }],
          }),
          shell('two', 'cat "$DIRECTORY/file"; printf hello >$(results.word.path)'),
          { command: ['/bin/sh', '-c'], args: ['echo third'] },
        ],
      },
      WORD,
    ),
    run(
      'failing',
      {
        results: [{ name: 'word' }],
        stepTemplate: { image },
        steps: [
          shell('one', 'printf hello >$(results.word.path)'),
          shell('two', 'echo bad; exit 7'),
          shell('three', 'echo never'),
          shell('four', 'echo never'),
        ],
      },
      WORD,
    ),
    run(
      'wordless',
      { results: [{ name: 'word' }], stepTemplate: { image }, steps: [shell('one', 'true')] },
      WORD,
    ),
    run('stopped', {
      stepTemplate: { image },
      steps: [shell('one', 'true'), shell('two', 'exec sleep 600'), shell('three', 'true')],
    }),
    run('beside', {
      volumes: SHARED.volumes,
      sidecars: [
        {
          ...shell('helper', 'sleep 1; echo made >"$DIRECTORY/file"; exec sleep 600'),
          image,
          env: [{ name: 'DIRECTORY', value: '/other' }],
          volumeMounts: [{ name: 'shared', mountPath: '/other' }],
          readinessProbe: {
            exec: {
              // The kubelet makes $ of $$, as in a command.
              command: ['/bin/sh', '-c', 'test -e "$$DIRECTORY/file"'],
            },
            periodSeconds: 1,
          },
        },
      ],
      stepTemplate: template,
      steps: [shell('one', 'cat "$DIRECTORY/file"')],
    }),
    run('secretive', {
      volumes: [{ name: 'secret', secret: { secretName: 'late' } }],
      stepTemplate: { image, env: [{ name: 'FILE', value: '/secret/key' }] },
      steps: [
        shell('one', 'cat "$FILE"', { volumeMounts: [{ name: 'secret', mountPath: '/secret' }] }),
        shell('two', 'test -e "$FILE" || echo nothing'),
      ],
    }),
    helpless('helpless', 'echo started'),
    helpless('helpless-failing', 'exit 7'),
  ];
}
