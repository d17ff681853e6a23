type Run = {
  readonly name?: string;
  readonly generateName?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly object[];
  readonly image: string;
  /** A shell script, where no `command` is given. */
  readonly script?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly object[];
  readonly computeResources?: object;
  readonly timeout?: string;
  readonly status?: string;
  /** Secrets that are mounted, by their mount paths. */
  readonly mounts?: Readonly<Record<string, string>>;
};

/** Container of the one step. */
export const CONTAINER = 'step-main';

/** A PipelineRun of one step. */
export const pipelineRun = (run: Run) => ({
  apiVersion: 'tekton.dev/v1',
  kind: 'PipelineRun',
  metadata: {
    ...(run.name === undefined ? { generateName: run.generateName } : { name: run.name }),
    labels: run.labels ?? {},
    annotations: run.annotations ?? {},
    ownerReferences: run.ownerReferences ?? [],
  },
  spec: {
    ...(run.status === undefined ? {} : { status: run.status }),
    timeouts: { pipeline: '0s' },
    pipelineSpec: { tasks: [{ name: 'task', timeout: run.timeout ?? '0s', taskSpec: taskSpec(run) }] },
  },
});

const taskSpec = (run: Run) => {
  const mounts = Object.entries(run.mounts ?? {});
  return {
    steps: [
      {
        name: 'main',
        image: run.image,
        command: run.command ?? ['/bin/sh', '-c'],
        args: run.args ?? (run.command === undefined ? [run.script ?? 'true'] : []),
        env: run.env ?? [],
        ...(run.computeResources === undefined ? {} : { computeResources: run.computeResources }),
        volumeMounts: mounts.map(([mountPath], index) => ({
          name: `secret-${index}`,
          mountPath,
          readOnly: true,
        })),
      },
    ],
    volumes: mounts.map(([, secretName], index) => ({ name: `secret-${index}`, secret: { secretName } })),
  };
};
