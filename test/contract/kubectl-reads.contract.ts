import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { eventually } from '../support/eventually.ts';
import { type Kubectl, printedBy } from '../support/kubectl.ts';
import { inNamespace } from './support/kubectl-namespace.ts';

const APP = {
  apiVersion: 'taskbridge.dev/v1alpha1',
  kind: 'App',
  metadata: { name: 'billing' },
  spec: { image: 'taskbridge.local/busybox:1', command: 'bin/migrate' },
};

const FAILING = {
  apiVersion: 'tekton.dev/v1',
  kind: 'PipelineRun',
  metadata: { name: 'fails' },
  spec: {
    pipelineSpec: {
      tasks: [
        {
          name: 'task',
          taskSpec: {
            steps: [{ name: 'a', image: APP.spec.image, command: ['/bin/sh', '-c'], args: ['exit 3'] }],
          },
        },
      ],
    },
  },
};

const SCHEDULE = `GROUP:      taskbridge.dev
KIND:       Job
VERSION:    v1alpha1

FIELD: schedule <Object>


DESCRIPTION:
    Schedule of the job, a cron, or a time for one run. Absent means on demand
    only.
    
FIELDS:
  at\t<string>
    Date and time of the one run on the clocks of the time zone, such as
    2026-12-24 02:00.

  cron\t<string>
    Unix cron expression of five fields, or @hourly, @daily and the like.

  timeZone\t<string>
    Time zone of the cron or the time, such as Europe/Berlin.


`;

/** The verbs of kubectl by which people look at a space. */
export const kubectlReads = (given: () => Kubectl): void => {
  const { kubectl, open, close } = inNamespace(given);
  beforeAll(open);
  afterAll(close);

  describe('explain', () => {
    it('describes a field of a custom resource', async () => {
      expect(await kubectl(['explain', 'jobs.taskbridge.dev.spec.schedule'])).toBe(SCHEDULE);
    });

    it.each([
      ['secret', ['data <map[string]string>', 'immutable <boolean>', 'type <string>']],
      ['serviceaccount', ['imagePullSecrets <[]LocalObjectReference>', 'secrets <[]ObjectReference>']],
      ['pod.spec.containers.env', ['name <string>', 'value <string>', 'valueFrom <EnvVarSource>']],
      ['tbapp.metadata', ['labels <map[string]string>', 'ownerReferences <[]OwnerReference>']],
      ['pipelinerun', ['metadata <ObjectMeta>', 'spec <Object>', 'status <Object>']],
    ])('has the fields of %s', async (what, fields) => {
      const lines = (await kubectl(['explain', what])).split('\n');
      const found = lines.map((line) => line.trim().replace('\t', ' ').replace(' -required-', ''));
      expect(found).toEqual(expect.arrayContaining(fields));
    });

    it('refuses a field that is none', async () => {
      await expect(kubectl(['explain', 'tbapp.spec.imgae'])).rejects.toThrow('field "imgae" does not exist');
    });
  });

  describe('wait', () => {
    beforeAll(() => kubectl(['apply', '-f', '-'], stringify(APP)));
    const name = 'app.taskbridge.dev/waited';
    const waited = stringify({ ...APP, metadata: { name: 'waited' } });
    const wait = (condition: string, seconds = 20) =>
      kubectl(['wait', name, `--for=${condition}`, `--timeout=${seconds}s`]);

    it('ends once the object is made, has a value and is gone', async () => {
      const made = wait('create');
      await kubectl(['create', '-f', '-'], waited);
      expect(await made).toBe(`${name} condition met\n`);
      const changed = wait('jsonpath={.spec.command}=bin/other');
      await kubectl(['patch', name, '--type=merge', '-p', '{"spec":{"command":"bin/other"}}']);
      expect(await changed).toBe(`${name} condition met\n`);
      const gone = wait('delete');
      await kubectl(['delete', name, '--wait=false']);
      expect(await gone).toMatch(/condition met\n|^$/);
    });

    it('ends where kubectl watches as 1.35 does', async () => {
      const args = ['wait', 'app/billing', '--for=jsonpath={.spec.command}=bin/migrate', '--timeout=20s'];
      const printed = await kubectl(args, '', { KUBE_FEATURE_WatchListClient: 'true' });
      expect(printed).toBe('app.taskbridge.dev/billing condition met\n');
    });

    it('gives up', async () => {
      await expect(kubectl(['wait', 'app/billing', '--for=condition=Ready', '--timeout=1s'])).rejects.toThrow(
        'timed out waiting for the condition on apps/billing',
      );
    });
  });

  it('get events: of an object, and none', async () => {
    const run = stringify(FAILING);
    expect(await printedBy(kubectl(['get', 'events']))).toBe('');
    await kubectl(['create', '-f', '-'], run);
    await kubectl(['wait', 'pipelinerun/fails', '--for=condition=Succeeded=False', '--timeout=60s']);
    const rows = await eventually(
      async () => {
        const lines = (await kubectl(['get', 'events'])).trimEnd().split('\n');
        const cells = lines.map((line) => line.split(/\s{2,}/));
        return cells.some(([, type, , object]) => type === 'Warning' && object === 'pipelinerun/fails')
          ? cells
          : undefined;
      },
      { what: 'the event of the end' },
    );
    expect(rows[0]?.slice(0, 5)).toEqual(['LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE']);
    const events = rows.map(([, type, reason, object]) => [type, reason, object]);
    expect(events).toEqual(
      expect.arrayContaining([
        ['Normal', 'Started', 'pipelinerun/fails'],
        ['Normal', 'Running', 'pipelinerun/fails'],
        ['Warning', 'Failed', 'pipelinerun/fails'],
        ['Normal', 'Started', 'taskrun/fails-task'],
        ['Warning', 'Failed', 'taskrun/fails-task'],
      ]),
    );
    const selector = 'involvedObject.name=fails,type=Warning';
    const names = await kubectl([
      'get',
      'events',
      '--field-selector',
      selector,
      '-o',
      'jsonpath={.items[*].reason}',
    ]);
    expect(names).toBe('Failed');
  });
};
