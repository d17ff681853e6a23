import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { toTaskRun } from '../../lib/platform/kubernetes/run-records.ts';
import { toRunRecord, toTaskRunRecord } from '../../lib/tasks/repository.ts';
import { toTask } from '../../lib/tasks/task.ts';

/** A PipelineRun and its TaskRun as Tekton 1.9 wrote them on Kubernetes 1.34. */
const load = async (situation: string) =>
  JSON.parse(await readFile(new URL(`../fixtures/runs/${situation}.json`, import.meta.url), 'utf8'));

describe('objects of a real cluster', () => {
  it.each([
    ['starting', 'pending', 'Pending', undefined, 'Its pod has not started.'],
    [
      'pulling-image',
      'pending',
      'ImagePullFailed',
      undefined,
      expect.stringMatching(/^The image could not be pulled: .*: no such host\.$/),
    ],
    [
      'unschedulable',
      'pending',
      'Unschedulable',
      undefined,
      'No node has enough free memory, disk, processor or GPU for it.',
    ],
    ['running', 'running', undefined, undefined, undefined],
    ['succeeded', 'succeeded', undefined, 0, undefined],
    ['exit-7', 'failed', 'Error', 7, 'The command failed: exit code 7.'],
    ['out-of-memory', 'failed', 'OOMKilled', 137, 'It needed more memory than its limit.'],
    [
      'evicted',
      'failed',
      'Evicted',
      undefined,
      'Its node evicted it: Pod ephemeral local storage usage exceeds the total limit of containers 8Mi.',
    ],
    [
      'image-pull-failed',
      'failed',
      'ImagePullFailed',
      undefined,
      expect.stringMatching(/^The image could not be pulled: .*: no such host\.$/),
    ],
    [
      'config-map-missing',
      'failed',
      'CreateContainerConfigError',
      undefined,
      'Its container could not be configured: configmap "none" not found.',
    ],
    ['cancelled', 'cancelled', 'Cancelled', undefined, 'It was terminated.'],
    ['timed-out', 'timedOut', 'Timeout', undefined, 'It did not end within its time limit: 8s.'],
  ])('are a task that is %s', async (situation, state, reason, exitCode, message) => {
    const { pipelineRun, taskRun } = await load(situation);
    const run = toRunRecord(pipelineRun);
    const found = toTaskRun(taskRun, [pipelineRun.metadata], 'task');
    const child = found && toTaskRunRecord(found);
    expect([run?.taskRun, run?.name]).toEqual([child?.name, child?.run]);
    const task = run && toTask(run, child);
    expect([task?.state, task?.reason, task?.exitCode]).toEqual([state, reason, exitCode]);
    expect(task?.message).toEqual(message);
  });
});

describe('a TaskRun', () => {
  const RUNS = [
    { name: 'mail-zzzzz', uid: 'uid-of-mail' },
    { name: 'billing-bcdfg', uid: 'uid-of-billing' },
  ];
  const owner = (uid: string) => ({ apiVersion: 'tekton.dev/v1', kind: 'PipelineRun', name: 'any', uid });
  const read = (metadata: object, status?: unknown) =>
    toTaskRun(
      {
        metadata: {
          name: 'billing-bcdfg-task',
          namespace: 'team-a',
          uid: 'uid-of-task-run',
          resourceVersion: '1',
          creationTimestamp: '2026-11-24T21:00:00Z',
          labels: { 'tekton.dev/pipelineRun': 'billing-bcdfg' },
          ownerReferences: [owner('uid-of-billing')],
          ...metadata,
        },
        status,
      },
      RUNS,
      'task',
    );

  it('is that of the run that owns it, whatever its label says', () => {
    expect(read({ labels: {} })).toMatchObject({ name: 'billing-bcdfg-task', run: 'billing-bcdfg' });
  });

  it.each([
    ['that nobody owns', { ownerReferences: [] }],
    ['that a run owns which was not requested', { ownerReferences: [owner('uid-of-another')] }],
    ['that another run owns', { ownerReferences: [owner('uid-of-mail')] }],
    ['of another name', { name: 'a-billing-bcdfg-task' }],
    ['of another task of the pipeline', { name: 'billing-bcdfg-other' }],
  ])('%s is of no run', (_, metadata) => {
    expect(read(metadata)).toBeUndefined();
  });

  it('of a run with a long name has the name that Tekton gives', () => {
    const run = { name: 'a-very-long-application-name-that-goes-on-and-on-for-60-char', uid: 'uid-1' };
    const metadata = {
      ...{ name: 'a-very-long-application-na60751b3ef313018ad54d57a049555aea-task', namespace: 'team-a' },
      ...{ uid: 'uid-2', resourceVersion: '1', creationTimestamp: '2026-11-24T21:00:00Z' },
      ownerReferences: [owner('uid-1')],
    };
    const podName = 'a-very-long-application-na673485f1943c25c8dc942e954d4439209-pod';
    const found = toTaskRun({ metadata, status: { podName } }, [run], 'task');
    expect([found?.run, found?.pod]).toEqual([run.name, podName]);
  });

  const STEP = { name: 'user-container', terminated: { exitCode: 7 } };
  const ENDED = { conditions: [{ type: 'Succeeded', status: 'False' }], steps: [STEP] };
  it.each([
    ['a path', '../../team-b/pods/victim'],
    ['another pod', 'mail-zzzzz-task-pod'],
    ['no name', ''],
  ])('whose status names as its pod %s has none', (_, podName) => {
    expect(read({}, { ...ENDED, podName })?.pod).toBeUndefined();
    expect(read({}, { ...ENDED, podName: 'billing-bcdfg-task-pod' })?.pod).toBe('billing-bcdfg-task-pod');
  });

  it.each([
    ['is a text', 'x', { condition: undefined, steps: [] }],
    [
      'has other conditions',
      { ...ENDED, conditions: 'x' },
      { condition: undefined, steps: [{ name: 'user-container' }] },
    ],
    [
      'has other steps',
      { ...ENDED, steps: [{ terminated: 'x' }] },
      { condition: { status: 'False' }, steps: [] },
    ],
    ['has an exit code that is a text', { steps: [{ terminated: { exitCode: '7' } }] }, { steps: [] }],
    [
      'has a time that is none',
      { steps: [{ terminated: { exitCode: 7, finishedAt: 'x' } }] },
      { steps: [{ terminated: { exitCode: 7, finishedAt: undefined } }] },
    ],
  ])('whose status %s is read without it', (_, status, expected) => {
    expect(read({}, status)).toMatchObject(expected);
  });
});

describe('a run', () => {
  const labels = { 'app.kubernetes.io/managed-by': 'taskbridge', 'taskbridge.dev/app': 'billing' };
  const owner = { apiVersion: 'taskbridge.dev/v1alpha1', kind: 'App', name: 'billing', uid: 'uid-1' };
  const runOf = (metadata: object) => ({
    metadata: {
      name: 'billing-bcdfg',
      namespace: 'team-a',
      uid: 'uid-2',
      resourceVersion: '1',
      creationTimestamp: '2026-11-24T21:00:00Z',
      labels: { ...labels, 'taskbridge.dev/task-id': 'bcdfg' },
      ownerReferences: [owner],
      ...metadata,
    },
  });

  it.each([
    ['an App', owner],
    ['a Job', { ...owner, kind: 'Job' }],
    ['an App of a later version', { ...owner, apiVersion: 'taskbridge.dev/v1' }],
  ])('that %s owns is ours', (_, reference) => {
    expect(toRunRecord(runOf({ ownerReferences: [reference] }))?.ownerUid).toBe('uid-1');
  });

  it.each([
    ['without our labels', { labels: {} }],
    ['of another manager', { labels: { ...labels, 'app.kubernetes.io/managed-by': 'helm' } }],
    ['without an id', { labels }],
    ['that nobody owns', { ownerReferences: [] }],
    ['that an App of another group owns', { ownerReferences: [{ ...owner, apiVersion: 'apps/v1' }] }],
    ['that something else of our group owns', { ownerReferences: [{ ...owner, kind: 'Other' }] }],
  ])('%s is not ours', (_, metadata) => {
    expect(toRunRecord(runOf(metadata))).toBeUndefined();
  });
});
