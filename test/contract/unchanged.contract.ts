import { beforeAll, describe, expect, it } from '@jest/globals';
import { listPath } from '../support/paths.ts';
import { pipelineRun } from '../support/pipeline-run.ts';
import { runsOf } from '../support/runs.ts';
import type { Target } from './support/target.ts';

const ANNOTATION = 'taskbridge.dev/command';
const COMMAND = {
  name: 'TASKBRIDGE_COMMAND',
  valueFrom: { fieldRef: { fieldPath: `metadata.annotations['${ANNOTATION}']` } },
};

const COMMANDS = [
  ['substitutions of shell and Tekton', `echo $(date) $$ $(params.x) "it's" 한글`],
  ['contexts of Tekton', '$(context.taskRun.name) $(context.pipelineRun.uid) $(credentials.path)'],
  ['a result of a step', '$(steps.main.results.x)'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's.
  ['references to variables', '$(TASKBRIDGE_COMMAND) $HOME ${HOME} $((1+2)) $$$'],
  ['newlines', 'first\nsecond\r\n\tthird\n\n'],
  ['spaces around', '  padded   '],
  ['quotes and backslashes', `'"\`\\ \\n \\$(x) "" ''`],
  ['emoji and combining characters', '👩‍💻 é e\u0301'],
  ['4 KB', '한$(글) '.repeat(410)],
] as const;

/**
 * A `$` that stands before `(` becomes a reference to a variable that holds just a `$`; any other is doubled, which
 * the kubelet undoes. Tekton knows no such variable, and the kubelet does not look into what it put in.
 */
const DOLLAR = { name: 'TASKBRIDGE_DOLLAR', value: '$$' };
const escaped = (value: string): string =>
  value.replace(/\$/g, (_, at: number) => (value[at + 1] === '(' ? '$(TASKBRIDGE_DOLLAR)' : '$$'));

const VALUES = [
  '$(params.x)',
  "$(params['x'])",
  '$(params.a.b.c)',
  '$(context.taskRun.name)',
  '$(context.taskRun.nothing)',
  '$(steps.main.results.x)',
  '$(workspaces.a.path)',
  '$(tasks.a.results.b)',
  '$HOME',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's.
  '${HOME}',
  '$(HOME)',
  '$',
  '$$',
  '$$$',
  '$((1+2))',
  'a$',
  'a$$',
  '$$(x)',
  '$$$(x)',
  '$(',
  '$()',
  '$($(HOME))',
  '$(TASKBRIDGE_COMMAND)',
  '$(TASKBRIDGE_DOLLAR)',
  '$$(TASKBRIDGE_DOLLAR)',
  `echo $(date) $$ $(params.x) "it's" 한글`,
  'two\nlines\n',
  '  padded  ',
  '',
  '한$(글) '.repeat(410),
] as const;

const hex = (text: string): string => Buffer.from(text, 'utf8').toString('hex');

/** `od` prints bytes in groups and lines. */
const packed = (dump: string): string => dump.replace(/\s+/g, '');

/** Commands and values arrive as the user wrote them. Pods print the bytes that they got. */
export const unchanged = (target: () => Target) =>
  describe('byte for byte', () => {
    let space = '';
    const runs = () => runsOf(target().as('reader'), space);
    const create = (order: object) =>
      target()
        .as('admin')
        .create(listPath('pipelineruns', space), pipelineRun({ image: target().image, ...order }));

    beforeAll(async () => {
      space = await target().openSpace();
      await target().as('admin').create(listPath('secrets', space), secret);
      const created = await Promise.all([
        ...COMMANDS.map(([, command], index) =>
          create({
            name: `command-${index}`,
            annotations: { [ANNOTATION]: command },
            command: ['/bin/sh', '-c', 'printf %s "$1" | od -An -v -tx1', 'print'],
            args: ['$(TASKBRIDGE_COMMAND)'],
            env: [COMMAND],
          }),
        ),
        create({
          name: 'values',
          annotations: { [ANNOTATION]: 'the command' },
          script: [
            'echo dump',
            ...VALUES.map((_, index) => `printf %s "$V${index}" | od -An -v -tx1; echo ,`),
          ].join('\n'),
          env: [
            DOLLAR,
            COMMAND,
            ...VALUES.map((value, index) => ({ name: `V${index}`, value: escaped(value) })),
          ],
        }),
        create({
          name: 'shell',
          annotations: { [ANNOTATION]: `echo "it's" $((1+2)) $(echo 한글)` },
          args: ['$(TASKBRIDGE_COMMAND)'],
          env: [COMMAND],
        }),
        create({
          name: 'variables',
          script:
            'printf "%s\\n" "$ADDR" "$TWICE" "$KEPT" "$REPLACED" "$SECRET" "$SHORT"; cat "$SERVICE_BINDING_ROOT/orders/password"',
          mounts: { '/bindings/orders': 'orders' },
          env: [
            { name: 'SERVICE_BINDING_ROOT', value: '/bindings' },
            { name: 'HOST', value: 'host' },
            { name: 'ADDR', value: '$(HOST):$(LATER)' },
            { name: 'LATER', value: '80' },
            { name: 'TWICE', value: 'first' },
            { name: 'TWICE', value: 'second' },
            { name: 'KEPT', value: 'own' },
            { name: 'KEPT', valueFrom: { secretKeyRef: { name: 'orders', key: 'absent', optional: true } } },
            { name: 'REPLACED', value: 'own' },
            {
              name: 'REPLACED',
              valueFrom: { secretKeyRef: { name: 'orders', key: 'password', optional: true } },
            },
            { name: 'SECRET', valueFrom: { secretKeyRef: { name: 'orders', key: 'password' } } },
            { name: 'SHORT', valueFrom: { secretKeyRef: { name: 'nobody', key: 'x', optional: true } } },
          ],
        }),
      ]);
      expect(created.map(({ status, text }) => (status === 201 ? 'created' : text))).toEqual(
        created.map(() => 'created'),
      );
    });

    it.each(COMMANDS.map(([situation, command], index) => ({ situation, command, index })))(
      'a command with $situation',
      async ({ command, index }) => {
        expect(packed(await runs().output(`command-${index}`))).toContain(hex(command));
      },
    );

    it('a command does in the shell what it says', async () => {
      expect(await runs().output('shell')).toBe("it's 3 한글\n");
    });

    it('values of variables', async () => {
      // Tekton's entrypoint complains that it knows no result of a step, and leaves the text alone; its line comes
      // through the other stream, so it may stand anywhere.
      const output = (await runs().output('values')).replace(/^.* ERROR Error while substituting .*$/m, '');
      const [, dump = ''] = packed(output).split('dump');
      const dumps = dump.split(',');
      expect(VALUES.map((_, index) => Buffer.from(dumps[index] ?? '', 'hex').toString('utf8'))).toEqual(
        VALUES,
      );
    });

    it('references, repeated names, Secrets and what is not there', async () => {
      expect((await runs().output('variables')).split('\n')).toEqual([
        // A variable that comes later is not known yet.
        'host:$(LATER)',
        'second',
        'own',
        PASSWORD,
        PASSWORD,
        '',
        PASSWORD,
      ]);
    });
  });

const PASSWORD = 'pa$$word $(HOST)';

const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'orders' },
  stringData: { password: PASSWORD },
};
