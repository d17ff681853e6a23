import { describe, expect, it } from '@jest/globals';
import { ANNOTATION } from '../../lib/platform/labels.ts';
import { type TaskRunRecord, toTask } from '../../lib/tasks/task.ts';
import {
  CANCELLED,
  exited,
  FAILED,
  no,
  RUNNING,
  run,
  SITUATIONS,
  TEKTON_NAMES,
  taskRun,
} from '../support/task-situations.ts';

const messageOf = (record: Partial<TaskRunRecord>, of = FAILED) => toTask(of, taskRun(record)).message;
const unknown = (reason: string, message?: string) => ({ status: 'Unknown', reason, message }) as const;
const NODES = '0/3 nodes are available: 3 Insufficient memory.';
const PULL = 'Back-off pulling image "x/y:1": ErrImagePull: not found';

describe('the message of a task', () => {
  it.each(SITUATIONS)('names no part of Tekton where %s', (_, record, child) => {
    expect(toTask(record, child).message ?? '').not.toMatch(TEKTON_NAMES);
  });

  it.each([
    [1, 'The command failed: exit code 1.'],
    [137, 'The command failed: exit code 137.'],
    // Tekton's entrypoint ends with it for every signal.
    [255, 'The command failed: exit code 255, or ended by a signal.'],
  ])('says exit code %i', (code, words) => {
    const message = `"step-user-container" exited with code ${code}: Error`;
    for (const reason of ['Failed', 'StepFailed']) {
      expect(messageOf({ condition: no(reason, message), terminated: exited(code, 'Error') })).toBe(words);
    }
  });

  it('says Unschedulable of a pod that no node takes', () => {
    const message = `pod status "PodScheduled":"False"; message: "${NODES}"`;
    const task = toTask(RUNNING, taskRun({ condition: unknown('Pending', message) }));
    expect([task.state, task.reason]).toEqual(['pending', 'Unschedulable']);
  });

  it.each([
    [
      'Pending',
      'pod status "Ready":"False"; message: "containers with unready status: [step-user-container]"',
      'Its pod has not started.',
    ],
    [
      'Pending',
      `pod status "PodScheduled":"False"; message: "${NODES}"`,
      `Its pod has not started: ${NODES}`,
    ],
    [
      'ExceededNodeResources',
      'TaskRun Pod exceeded available resources',
      'No node has enough free memory, disk, processor or GPU for it.',
    ],
    [
      'ExceededResourceQuota',
      'TaskRun Pod exceeded available resources: pods "a-task-pod" is forbidden: exceeded quota: small, requested: cpu=1, used: cpu=0, limited: cpu=0',
      'The quota of the space is used up: small, requested: cpu=1, used: cpu=0, limited: cpu=0.',
    ],
    [
      'PullImageFailed',
      'build step "step-user-container" is pending with reason "no such \\"image\\""',
      'The image could not be pulled: no such "image".',
    ],
  ])('says why it waits: %s %s', (reason, message, words) => {
    expect(messageOf({ condition: unknown(reason, message) }, RUNNING)).toBe(words);
  });

  it.each([
    [
      'TaskRunImagePullFailed',
      `the step "user-container" in TaskRun "a-task" failed to pull the image "". The pod errored with the message: "${PULL}."`,
      `The image could not be pulled: ${PULL}.`,
    ],
    [
      'PodAdmissionFailed',
      'failed to create task run pod "a-task": pods "a-task-pod" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (containers "prepare", "step-user-container" must set securityContext.allowPrivilegeEscalation=false), runAsNonRoot != true (pod or containers "prepare", "step-user-container" must set securityContext.runAsNonRoot=true). Maybe invalid TaskSpec',
      'The cluster rejected its pod: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false, runAsNonRoot != true.',
    ],
    [
      'PodCreationFailed',
      'failed to create task run pod "a-task": translating TaskSpec to Pod: serviceaccounts "none" not found. Maybe missing or invalid Task team-a/',
      'The cluster rejected its pod: serviceaccounts "none" not found.',
    ],
    [
      'Failed',
      'init container failed, "prepare" exited with code 1: Error',
      'Its pod could not be prepared. For the operator.',
    ],
    [
      'SidecarFailed',
      '"sidecar-workspace" exited with code 1: Error',
      'The files that the image has in /workspace could not be copied.',
    ],
    [
      'PodEvicted',
      'The node was low on resource: memory. Threshold quantity: 100Mi, available: 4Ki. Container step-user-container was using 12Mi, request is 0, has larger consumption of memory. ',
      'Its node evicted it: The node was low on resource: memory. Threshold quantity: 100Mi, available: 4Ki. the command was using 12Mi, request is 0, has larger consumption of memory.',
    ],
    ['Failed', 'build failed for unspecified reasons.', 'Build failed for unspecified reasons.'],
    [
      'SomethingNew',
      '"step-user-container" is at odds with TaskRun "a-task" [step-user-container]',
      'The command is at odds with the task [the command].',
    ],
  ])('says why it failed: %s %s', (reason, message, words) => {
    expect(messageOf({ condition: no(reason, message) })).toBe(words);
  });

  it('says what Tekton itself refused, and what has no record', () => {
    expect(
      toTask(run(no('PipelineValidationFailed', '[User error] PipelineRun team-a/a is wrong'))).message,
    ).toBe('The task team-a/a is wrong.');
    expect(toTask(FAILED).message).toBe('The cluster has no record of why.');
  });

  it('has the words of the kubelet, without the names of containers', () => {
    const condition = no('CreateContainerConfigError', 'Failed to create pod due to config error');
    const waitingFor =
      'container has runAsNonRoot and image will run as root (pod: "a-task-pod_team-a(0c6f-3d18)", container: step-user-container)';
    expect(messageOf({ condition, waitingFor })).toBe(
      'Its container could not be configured: container has runAsNonRoot and image will run as root.',
    );
  });

  it.each([
    ['1.9', ''],
    ['1.15', '\nPrevious status: [Pending] pod status "Ready":"False"; message: "[step-user-container]"'],
  ])('of a cancelled one is one sentence by its reason, on Tekton %s', (_, previous) => {
    const message = `TaskRun "a-task" was cancelled. TaskRun cancelled as the PipelineRun it belongs to has been cancelled.${previous}`;
    const cancelled = (because: string | undefined) =>
      messageOf(
        { condition: no('TaskRunCancelled', message) },
        because === undefined
          ? CANCELLED
          : { ...CANCELLED, annotations: { [ANNOTATION.cancelledBecause]: because } },
      );
    expect(cancelled(undefined)).toBe('It was terminated.');
    expect(cancelled('Replaced')).toBe('A later run of its job replaced it.');
    expect(cancelled('written by somebody')).toBe('It was terminated.');
    expect(cancelled('PendingTimeout')).toBe(
      `It did not start in time (pendingTimeout).${previous === '' ? '' : ' Its pod has not started.'}`,
    );
  });

  it('of one whose time was up says the limit, and why it had not started where Tekton does', () => {
    const limit = 'TaskRun "a-task" failed to finish within "4s"';
    const previous = 'Previous status: [ExceededNodeResources] TaskRun Pod exceeded available resources';
    expect(messageOf({ condition: no('TaskRunTimeout', limit) })).toBe(
      'It did not end within its time limit: 4s.',
    );
    expect(messageOf({ condition: no('TaskRunTimeout', `${limit}\n${previous}`) })).toBe(
      'It did not end within its time limit: 4s. No node has enough free memory, disk, processor or GPU for it.',
    );
  });

  it('is cut where somebody wrote a long one', () => {
    expect(messageOf({ condition: no('SomethingNew', 'x'.repeat(100_000)) })).toHaveLength(2_001);
  });

  it.each([
    ['StartError', 128],
    ['ContainerStatusUnknown', 137],
    ['Unknown', 255],
  ])('of a container that the kubelet gave up on with %s has no exit code %i', (reason, code) => {
    const message = `"step-user-container" exited with code ${code}: ${reason}`;
    const task = toTask(
      FAILED,
      taskRun({ condition: no('Failed', message), terminated: exited(code, reason) }),
    );
    expect(task.exitCode).toBeUndefined();
    expect(task.message).not.toContain(`${code}`);
  });
});
