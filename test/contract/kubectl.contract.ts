import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { eventually } from '../support/eventually.ts';
import type { Kubectl } from '../support/kubectl.ts';
import { inNamespace } from './support/kubectl-namespace.ts';

const APP = {
  apiVersion: 'taskbridge.dev/v1alpha1',
  kind: 'App',
  metadata: { name: 'billing' },
  spec: { image: 'taskbridge.local/busybox:1', command: 'bin/migrate', resources: { memory: '256M' } },
};

const RUN = {
  apiVersion: 'tekton.dev/v1',
  kind: 'PipelineRun',
  metadata: { name: 'hello' },
  spec: {
    pipelineSpec: {
      tasks: [
        {
          name: 'task',
          taskSpec: {
            steps: [
              {
                name: 'user-container',
                image: APP.spec.image,
                command: ['/bin/sh', '-c'],
                args: ['echo hello; exit 3'],
              },
            ],
          },
        },
      ],
    },
  },
};

/** Cells of the table that kubectl printed, a row a line; ages differ and are left to the eye. */
const table = (text: string): string[][] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/\s{2,}|\s+$/));

/** kubectl itself, as a person uses it: get (table, yaml, name), create, apply, delete, logs. */
export const kubectlWorks = (given: () => Kubectl): void => {
  const { kubectl, open, close } = inNamespace(given);
  beforeAll(open);
  afterAll(close);

  it('applies, and the second time changes nothing', async () => {
    expect(await kubectl(['apply', '-f', '-'], stringify(APP))).toBe('app.taskbridge.dev/billing created\n');
    expect(await kubectl(['apply', '-f', '-'], stringify(APP))).toBe(
      'app.taskbridge.dev/billing unchanged\n',
    );
    const changed = { ...APP, spec: { image: APP.spec.image, command: 'bin/other' } };
    expect(await kubectl(['apply', '-f', '-'], stringify(changed))).toBe(
      'app.taskbridge.dev/billing configured\n',
    );
    expect(await kubectl(['get', 'app', 'billing', '-o', 'jsonpath={.spec}'])).toBe(
      JSON.stringify(changed.spec).replace(
        /^\{"image":(.*?),"command":(.*?)\}$/,
        '{"command":$2,"image":$1}',
      ),
    );
  });

  it('refuses what the schema does not know', async () => {
    const wrong = { ...APP, metadata: { name: 'wrong' }, spec: { ...APP.spec, imgae: 'x' } };
    await expect(kubectl(['create', '-f', '-'], stringify(wrong))).rejects.toThrow(
      /unknown field "spec.imgae"/,
    );
  });

  it('shows apps as a table that reads well, and as yaml', async () => {
    const [head, row] = table(await kubectl(['get', 'apps.taskbridge.dev']));
    expect(head).toEqual(['NAME', 'MEMORY', 'DISK', 'BUILD', 'BINDINGS', 'READY', 'AGE']);
    expect(row?.[0]).toBe('billing');
    expect(await kubectl(['get', 'app', 'billing', '-o', 'yaml'])).toMatch(
      /^apiVersion: taskbridge.dev\/v1alpha1\nkind: App\n/,
    );
    expect(await kubectl(['get', 'tbapp', '-o', 'name'])).toBe('app.taskbridge.dev/billing\n');
  });

  it('creates a run, shows how it ended, and its log', async () => {
    expect(await kubectl(['create', '-f', '-'], stringify(RUN))).toBe(
      'pipelinerun.tekton.dev/hello created\n',
    );
    const row = await eventually(
      async () => {
        const [, found] = table(await kubectl(['get', 'pipelinerun', 'hello']));
        return found?.[1] === 'False' ? found : undefined;
      },
      { what: 'the end of the run' },
    );
    expect(row.slice(0, 3)).toEqual(['hello', 'False', 'Failed']);
    expect(await kubectl(['logs', 'hello-task-pod', '-c', 'step-user-container'])).toBe('hello\n');
    expect(await kubectl(['get', 'pods', '-o', 'name'])).toBe('pod/hello-task-pod\n');
  });

  it('deletes', async () => {
    expect(await kubectl(['delete', 'pipelinerun', 'hello'])).toContain('"hello" deleted');
    expect(await kubectl(['delete', 'app', 'billing'])).toContain('"billing" deleted');
    await expect(kubectl(['get', 'app', 'billing'])).rejects.toThrow(
      'Error from server (NotFound): apps.taskbridge.dev "billing" not found',
    );
  });
};
