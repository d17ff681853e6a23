import { describe, expect, it } from '@jest/globals';
import { ANNOTATION, LABEL } from '../../lib/platform/labels.ts';
import { pendingSince } from '../../lib/tasks/queueing.ts';
import { type RunRecord, requestedAt, type TaskRunRecord, toTask } from '../../lib/tasks/task.ts';
import { exited, FAILED, no, RUNNING, run, SITUATIONS, TIMES, taskRun } from '../support/task-situations.ts';

const PULL = 'failed to pull the image "". The pod errored with the message: "no such image"';

describe('toTask', () => {
  it.each(SITUATIONS)('%s', (_, record, child, expected) => {
    const task = toTask(record, child);
    expect([task.state, task.reason, task.exitCode]).toEqual([expected[0], expected[1], expected[2]]);
  });

  it('returns the request of the run', () => {
    const annotations = { ...run().annotations, [ANNOTATION.displayName]: 'migrate' };
    const labels = { ...run().labels, [LABEL.job]: 'nightly' };
    expect(toTask(run(undefined, { annotations, labels }))).toMatchObject({
      name: 'billing-bcdfg',
      id: 'billing-bcdfg',
      app: 'billing',
      job: 'nightly',
      displayName: 'migrate',
      command: 'bin/migrate',
      createdAt: '2026-11-24T21:00:00Z',
      requestedBy: 'ada',
    });
  });

  it.each<[string, RunRecord, TaskRunRecord | undefined]>([
    ['not started', RUNNING, undefined],
    ['without a container', FAILED, taskRun({ condition: no('PodAdmissionFailed') })],
    [
      'whose image could not be pulled, where Tekton makes up a container',
      FAILED,
      taskRun({ condition: no('TaskRunImagePullFailed'), terminated: exited(1, 'TaskRunImagePullFailed') }),
    ],
  ])('has no start time of a task %s', (_, record, child) => {
    expect(toTask(record, child).startedAt).toBeUndefined();
  });

  it('takes no reason from a TaskRun whose end Tekton has written over', () => {
    const child = taskRun({ condition: { status: 'Unknown', reason: 'Pending' } });
    expect(toTask(FAILED, child)).toMatchObject({ state: 'failed', reason: 'Failed' });
  });

  it('returns the reason that the container waits for when Tekton only reports a failure', () => {
    const condition = no('CreateContainerConfigError', 'Failed to create pod due to config error');
    const child = taskRun({ condition, waitingFor: 'configmap "none" not found' });
    expect(toTask(FAILED, child)).toMatchObject({
      reason: 'CreateContainerConfigError',
      message: 'Its container could not be configured: configmap "none" not found.',
    });
  });

  it('takes the times from the container, and the end from the run where there was none', () => {
    expect(toTask(RUNNING, taskRun({ runningSince: TIMES.startedAt }))).toMatchObject({
      startedAt: TIMES.startedAt,
      finishedAt: undefined,
    });
    expect(toTask(FAILED, taskRun({ terminated: exited(1, 'Error') }))).toMatchObject(TIMES);
    const completedAt = '2026-11-24T21:00:11Z';
    expect(toTask(run(no('Failed'), { completedAt })).finishedAt).toBe(completedAt);
  });

  it('returns the end of the command when Tekton names a sidecar that failed before it', () => {
    const condition = no('SidecarFailed', '"sidecar-workspace" exited with code 1: Error');
    expect(toTask(FAILED, taskRun({ condition, terminated: exited(7, 'Error') })).message).toBe(
      'The command failed: exit code 7.',
    );
  });

  it("has the detail in the message of the TaskRun, which says more than the run's", () => {
    const failed = toTask(FAILED, taskRun({ condition: no('TaskRunImagePullFailed', PULL) }));
    expect(failed.message).toBe('The image could not be pulled: no such image.');
  });

  it.each([
    ['2026-11-24T21:00:00Z', '2026-11-24T21:00:00Z'],
    ['2026-11-24T22:00:00.5+01:00', '2026-11-24T22:00:00.5+01:00'],
    ['x', undefined],
    ['', undefined],
    ['7', undefined],
    ['2026-11-24', undefined],
    ['2026-13-24T21:00:00Z', undefined],
    ['+010000-01-01T00:00:00Z', undefined],
    ['Tue, 24 Nov 2026 21:00:00 GMT', undefined],
  ])('with the time %j in annotations has %j', (text, expected) => {
    const annotations = { [ANNOTATION.scheduledTime]: text, [ANNOTATION.requestedAt]: text };
    const found = run(undefined, { annotations });
    expect(toTask(found).scheduledTime).toBe(expected);
    expect(requestedAt(found)).toBe(expected ?? found.createdAt);
    const admitted = run(undefined, { annotations: { [ANNOTATION.admittedAt]: text } });
    const later = new Date(Date.parse(expected ?? found.createdAt) + 60_000);
    expect(pendingSince(admitted, 60, later)).toBe(true);
  });

  it('whose run has no nonce is unverified', () => {
    expect(toTask(run()).unverified).toBe(true);
    expect(toTask(run(undefined, { annotations: { [ANNOTATION.nonce]: 'n' } })).unverified).toBeUndefined();
  });
});
