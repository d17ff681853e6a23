import { ANNOTATION, LABEL } from '../../lib/platform/labels.ts';
import type { RunRecord, TaskRunRecord, TaskState } from '../../lib/tasks/task.ts';

export const run = (condition?: RunRecord['condition'], more: Partial<RunRecord> = {}): RunRecord => ({
  space: 'team-a',
  name: 'billing-bcdfg',
  uid: 'uid-of-billing-bcdfg',
  deleting: false,
  createdAt: '2026-11-24T21:00:00Z',
  labels: { [LABEL.app]: 'billing', [LABEL.taskId]: 'bcdfg' },
  annotations: { [ANNOTATION.command]: 'bin/migrate', [ANNOTATION.requestedBy]: 'ada' },
  ownerUid: 'uid-of-billing',
  condition,
  ...more,
});

export const taskRun = (record: Partial<TaskRunRecord>): TaskRunRecord => ({
  name: 'billing-bcdfg-task',
  run: 'billing-bcdfg',
  pod: 'billing-bcdfg-task-pod',
  ...record,
});

const unknown = (reason: string, message?: string) => ({ status: 'Unknown', reason, message }) as const;
export const no = (reason: string, message?: string) => ({ status: 'False', reason, message }) as const;
const yes = (reason: string) => ({ status: 'True', reason }) as const;

export const TIMES = { startedAt: '2026-11-24T21:00:03Z', finishedAt: '2026-11-24T21:00:09Z' };
export const exited = (exitCode: number, reason: string) => ({ exitCode, reason, ...TIMES });

export const RUNNING = run(
  unknown('Running', 'Tasks Completed: 0 (Failed: 0, Cancelled 0), Incomplete: 1, Skipped: 0'),
);
export const FAILED = run(no('Failed', 'Tasks Completed: 1 (Failed: 1, Cancelled 0), Skipped: 0'));
export const CANCELLED = run(no('Cancelled', 'PipelineRun "billing-bcdfg" was cancelled'));

/** Names of Tekton's parts, which no message of a task has. */
export const TEKTON_NAMES =
  /\bstep-|"user-container"|\bsidecar-|\bTaskRun|\bPipelineRun|Tasks Completed|Previous status|\bTaskSpec/;

/** A run and its TaskRun as Tekton writes them, and the state, reason and exit code of the task. */
type Situation = readonly [
  situation: string,
  run: RunRecord,
  taskRun: TaskRunRecord | undefined,
  expected: readonly [state: TaskState, reason?: string | undefined, exitCode?: number],
];

const PULL = 'the step "user-container" in TaskRun "billing-bcdfg-task" failed to pull the image "".';
const OOM = '"step-user-container" exited with code 137: OOMKilled';
const SIDECAR = '"sidecar-workspace" exited with code 1: Error';
const SIDECAR_OOM = '"sidecar-workspace" exited with code 137: OOMKilled';
const PREPARE = 'init container failed, "prepare" exited with code 1: Error';
const PREPARE_OOM = 'init container failed, "prepare" exited with code 137: OOMKilled';
const DISK = 'Pod ephemeral local storage usage exceeds the total limit of containers 8Mi. ';

/** Situations as reported by container and Tekton: measured on 1.9 and 1.15, equal where no version is named. */
export const SITUATIONS: readonly Situation[] = [
  ['no controller has seen it', run(), undefined, ['pending']],
  ['it is queued', run(unknown('PipelineRunPending')), undefined, ['pending', 'Queued']],
  ['there is no TaskRun yet', run(unknown('Started')), undefined, ['pending']],
  ['there is no pod yet', RUNNING, taskRun({ condition: unknown('Started') }), ['pending']],
  ['its pod waits for a node', RUNNING, taskRun({ condition: unknown('Pending') }), ['pending', 'Pending']],
  [
    'no node has room',
    RUNNING,
    taskRun({ condition: unknown('ExceededNodeResources') }),
    ['pending', 'Unschedulable'],
  ],
  [
    "the space's quota is used up",
    RUNNING,
    taskRun({ condition: unknown('ExceededResourceQuota') }),
    ['pending', 'ExceededResourceQuota'],
  ],
  [
    'its image is not there, so far',
    RUNNING,
    taskRun({ condition: unknown('PullImageFailed') }),
    ['pending', 'ImagePullFailed'],
  ],
  [
    'it runs',
    RUNNING,
    taskRun({ condition: unknown('Running'), runningSince: TIMES.startedAt }),
    ['running'],
  ],
  [
    'its command has ended, which Tekton has not noticed',
    RUNNING,
    taskRun({ condition: unknown('Running'), terminated: exited(0, 'Completed') }),
    ['running'],
  ],
  [
    'it is being cancelled',
    run(unknown('Cancelled')),
    taskRun({ runningSince: TIMES.startedAt }),
    ['running'],
  ],

  [
    'it succeeded',
    run(yes('Succeeded')),
    taskRun({ terminated: exited(0, 'Completed') }),
    ['succeeded', undefined, 0],
  ],
  [
    'it succeeded, and its TaskRun is not read',
    run(yes('Completed')),
    undefined,
    ['succeeded', undefined, 0],
  ],
  [
    'its TaskRun succeeded as the run was cancelled',
    CANCELLED,
    taskRun({ condition: yes('Succeeded'), terminated: exited(0, 'Completed') }),
    ['succeeded', undefined, 0],
  ],

  [
    'its command failed',
    FAILED,
    taskRun({
      condition: no('Failed', '"step-user-container" exited with code 7: Error'),
      terminated: exited(7, 'Error'),
    }),
    ['failed', 'Error', 7],
  ],
  [
    'its command failed, on Tekton 1.15',
    FAILED,
    taskRun({ condition: no('StepFailed'), terminated: exited(7, 'Error') }),
    ['failed', 'Error', 7],
  ],
  ['it failed, and its TaskRun is not read', FAILED, undefined, ['failed', 'Failed']],
  [
    'it was out of memory',
    FAILED,
    taskRun({ condition: no('Failed', OOM), terminated: exited(137, 'OOMKilled') }),
    ['failed', 'OOMKilled', 137],
  ],
  [
    'it was out of memory, on Tekton 1.15',
    FAILED,
    taskRun({ condition: no('StepOOM', OOM), terminated: exited(137, 'OOMKilled') }),
    ['failed', 'OOMKilled', 137],
  ],
  [
    'it failed after a sidecar of its pod had, on Tekton 1.15',
    FAILED,
    taskRun({ condition: no('SidecarFailed', SIDECAR), terminated: exited(7, 'Error') }),
    ['failed', 'Error', 7],
  ],
  [
    'it failed after a sidecar was out of memory, on Tekton 1.15',
    FAILED,
    taskRun({ condition: no('SidecarOOM', SIDECAR_OOM), terminated: exited(7, 'Error') }),
    ['failed', 'Error', 7],
  ],
  ...(
    [
      ['Tekton could not prepare its pod', 'InitContainerFailed', PREPARE, 'Failed'],
      ['Tekton was out of memory as it prepared its pod', 'InitContainerOOM', PREPARE_OOM, 'OOMKilled'],
    ] as const
  ).flatMap(([situation, since112, message, reason]): Situation[] => [
    [situation, FAILED, taskRun({ condition: no('Failed', message) }), ['failed', reason]],
    [
      `${situation}, from Tekton 1.12 on`,
      FAILED,
      taskRun({ condition: no(since112, message) }),
      ['failed', reason],
    ],
  ]),
  [
    'it wrote more than its disk limit',
    FAILED,
    taskRun({ condition: no('Failed', DISK), terminated: exited(255, 'Error') }),
    ['failed', 'Evicted'],
  ],
  [
    'it wrote more than its disk limit, on Tekton 1.15',
    FAILED,
    taskRun({ condition: no('PodEvicted', DISK), terminated: exited(255, 'Error') }),
    ['failed', 'Evicted'],
  ],
  [
    'its node was short of memory',
    FAILED,
    taskRun({
      condition: no('Failed', 'The node was low on resource: memory. '),
      terminated: exited(137, 'Error'),
    }),
    ['failed', 'Evicted'],
  ],
  [
    'it was evicted, from Tekton 1.12 on',
    FAILED,
    taskRun({ condition: no('PodEvicted', 'The pod was moved'), terminated: exited(137, 'Error') }),
    ['failed', 'Evicted'],
  ],
  [
    'its image could not be pulled',
    FAILED,
    taskRun({
      condition: no('TaskRunImagePullFailed', PULL),
      terminated: exited(1, 'TaskRunImagePullFailed'),
    }),
    ['failed', 'ImagePullFailed'],
  ],
  [
    'a ConfigMap is not there',
    FAILED,
    taskRun({ condition: no('CreateContainerConfigError', 'Failed to create pod due to config error') }),
    ['failed', 'CreateContainerConfigError'],
  ],
  [
    'the cluster refused its pod',
    FAILED,
    taskRun({ condition: no('PodAdmissionFailed', 'violates PodSecurity "restricted"') }),
    ['failed', 'PodAdmissionFailed'],
  ],
  [
    'Tekton refused it',
    run(no('PipelineValidationFailed', 'invalid')),
    undefined,
    ['failed', 'PipelineValidationFailed'],
  ],

  [
    'it was cancelled as it ran',
    CANCELLED,
    taskRun({ condition: no('TaskRunCancelled'), terminated: exited(1, 'TaskRunCancelled') }),
    ['cancelled', 'Cancelled'],
  ],
  [
    'it was cancelled, and its TaskRun has not stopped',
    CANCELLED,
    taskRun({ condition: unknown('Running') }),
    ['cancelled', 'Cancelled'],
  ],
  ['it was cancelled before it had a TaskRun', CANCELLED, undefined, ['cancelled', 'Cancelled']],
  [
    'somebody cancelled its TaskRun',
    FAILED,
    taskRun({ condition: no('TaskRunCancelled'), terminated: exited(1, 'TaskRunCancelled') }),
    ['cancelled', 'Cancelled'],
  ],
  [
    'its time was up',
    FAILED,
    taskRun({ condition: no('TaskRunTimeout'), terminated: exited(1, 'TaskRunTimeout') }),
    ['timedOut', 'Timeout'],
  ],
  [
    'its time was up before any node had room, on Tekton 1.15',
    FAILED,
    taskRun({
      condition: no(
        'TaskRunTimeout',
        'TaskRun "billing-bcdfg-task" failed to finish within "4s"\n' +
          'Previous status: [ExceededNodeResources] TaskRun Pod exceeded available resources',
      ),
    }),
    ['timedOut', 'Timeout'],
  ],
  [
    "the run's time was up",
    run(no('PipelineRunTimeout', 'failed to finish')),
    undefined,
    ['timedOut', 'Timeout'],
  ],
];
