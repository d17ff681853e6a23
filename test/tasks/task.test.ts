import { describe, expect, it } from '@jest/globals';
import { ANNOTATION, LABEL } from '../../lib/platform/labels.ts';
import { type RunRecord, type TaskRunRecord, toTask } from '../../lib/tasks/task.ts';
import {
  CANCELLED,
  exited,
  FAILED,
  no,
  RUNNING,
  run,
  SITUATIONS,
  TIMES,
  taskRun,
} from '../support/task-situations.ts';

const PULL = 'failed to pull the image';

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
      id: 'bcdfg',
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

  it('returns the reason that the container waits for when Tekton only reports a failure', () => {
    const condition = no('CreateContainerConfigError', 'Failed to create pod due to config error');
    const child = taskRun({ condition, waitingFor: 'configmap "none" not found' });
    expect(toTask(FAILED, child)).toMatchObject({
      reason: 'CreateContainerConfigError',
      message: 'configmap "none" not found',
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
      '"step-user-container" exited with code 7: Error',
    );
  });

  it("passes on the message of the TaskRun, which says more than the run's", () => {
    const failed = toTask(FAILED, taskRun({ condition: no('TaskRunImagePullFailed', PULL) }));
    expect(failed.message).toBe(PULL);
    expect(toTask(CANCELLED, taskRun({ condition: no('TaskRunCancelled', 'inner') })).message).toBe(
      'PipelineRun "billing-bcdfg" was cancelled',
    );
  });
});
