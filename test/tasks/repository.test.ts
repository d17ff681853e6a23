import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { toRunRecord, toTaskRunRecord } from '../../lib/tasks/repository.ts';
import { toTask } from '../../lib/tasks/task.ts';

/** A PipelineRun and its TaskRun as Tekton 1.9 wrote them on Kubernetes 1.34. */
const load = async (situation: string) =>
  JSON.parse(await readFile(new URL(`../fixtures/runs/${situation}.json`, import.meta.url), 'utf8'));

describe('objects of a real cluster', () => {
  it.each([
    ['starting', 'pending', 'Pending', undefined],
    ['pulling-image', 'pending', 'ImagePullFailed', undefined],
    ['unschedulable', 'pending', 'Unschedulable', undefined],
    ['running', 'running', undefined, undefined],
    ['succeeded', 'succeeded', undefined, 0],
    ['exit-7', 'failed', 'Error', 7],
    ['out-of-memory', 'failed', 'OOMKilled', 137],
    ['evicted', 'failed', 'Evicted', undefined],
    ['image-pull-failed', 'failed', 'ImagePullFailed', undefined],
    ['config-map-missing', 'failed', 'CreateContainerConfigError', undefined],
    ['cancelled', 'cancelled', 'Cancelled', undefined],
    ['timed-out', 'timedOut', 'Timeout', undefined],
  ])('are a task that is %s', async (situation, state, reason, exitCode) => {
    const { pipelineRun, taskRun } = await load(situation);
    const run = toRunRecord(pipelineRun);
    const child = toTaskRunRecord(taskRun);
    expect([run?.taskRun, run?.name]).toEqual([child.name, child.run]);
    const task = run && toTask(run, child);
    expect([task?.state, task?.reason, task?.exitCode]).toEqual([state, reason, exitCode]);
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
