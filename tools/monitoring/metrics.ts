/** A metric of kube-state-metrics, read from one field of each object of a kind. */
export type MetricSource = {
  /** Name without the prefix of its kind. */
  readonly name: string;
  readonly help: string;
  /** Path of the value: a number, a boolean, a date; or of a list, whose items `value` and `labels` begin at. */
  readonly path: readonly string[];
  readonly value?: readonly string[];
  /** Labels of a list's items. */
  readonly labels?: Paths;
  /** Labels from the object itself, in addition to those of its kind. */
  readonly objectLabels?: Paths;
  /** `zero`: a missing field is 0. `info`: the value is always 1, and there is no series without the field. */
  readonly as?: 'zero' | 'info';
};

type Paths = Readonly<Record<string, readonly string[]>>;

export type Kind = {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Prefix of its metrics. */
  readonly prefix: string;
  /** Labels of each of its series. */
  readonly labels: Paths;
  readonly metrics: readonly MetricSource[];
};

const NAMESPACE = { namespace: ['metadata', 'namespace'] };

const CONDITION: MetricSource = {
  name: 'condition',
  help: 'Condition, 1 where it is True, else 0.',
  path: ['status', 'conditions'],
  value: ['status'],
  labels: { type: ['type'], status: ['status'], reason: ['reason'] },
};

const APP: Kind = {
  ...{ group: 'taskbridge.dev', version: 'v1alpha1', kind: 'App', prefix: 'taskbridge_app' },
  labels: { ...NAMESPACE, app: ['metadata', 'name'] },
  metrics: [
    {
      name: 'created_time_seconds',
      help: 'Time at which the app was created.',
      path: ['metadata', 'creationTimestamp'],
    },
    CONDITION,
    {
      name: 'max_running',
      help: 'Limit of tasks of the app that run at once. Absent where it has none.',
      path: ['spec', 'maxRunning'],
    },
  ],
};

/** The label is job_name, as of kube-state-metrics' own metrics: Prometheus names the scrape `job`. */
const JOB: Kind = {
  ...{ group: 'taskbridge.dev', version: 'v1alpha1', kind: 'Job', prefix: 'taskbridge_job' },
  labels: { ...NAMESPACE, job_name: ['metadata', 'name'], app: ['spec', 'app'] },
  metrics: [
    {
      name: 'created_time_seconds',
      help: 'Time at which the job was created.',
      path: ['metadata', 'creationTimestamp'],
    },
    CONDITION,
    {
      name: 'suspended',
      help: '1 while the job is suspended, else 0.',
      path: ['spec', 'suspend'],
      as: 'zero',
    },
    {
      name: 'last_schedule_time_seconds',
      help: 'Newest occurrence that was started. Absent before the first.',
      path: ['status', 'lastScheduleTime'],
    },
    {
      name: 'next_schedule_time_seconds',
      help: 'Next occurrence. Absent without a schedule and while suspended.',
      path: ['status', 'nextScheduleTime'],
    },
    {
      name: 'last_success_time_seconds',
      help: 'Completion time of the newest task that succeeded. Absent before the first.',
      path: ['status', 'lastSuccessfulTime'],
    },
    {
      name: 'last_failure_time_seconds',
      help: 'Completion time of the newest task that failed. Absent before the first.',
      path: ['status', 'lastFailureTime'],
    },
    {
      name: 'consecutive_failures',
      help: 'Tasks that failed one after the other since the last that succeeded.',
      path: ['status', 'consecutiveFailures'],
      as: 'zero',
    },
    {
      name: 'missed_time_seconds',
      help: 'Newest occurrence that was missed, with the reason. Absent where none was.',
      path: ['status', 'missed', 'newest'],
      objectLabels: { reason: ['status', 'missed', 'reason'] },
    },
  ],
};

const SUCCEEDED = ['status', 'conditions', '[type=Succeeded]'];

/** Tasks and builds, and PipelineRuns of others, which have no label `app`: the configuration cannot select. */
const TASK: Kind = {
  ...{ group: 'tekton.dev', version: 'v1', kind: 'PipelineRun', prefix: 'taskbridge_task' },
  labels: {
    ...NAMESPACE,
    task: ['metadata', 'name'],
    app: ['metadata', 'labels', 'taskbridge.dev/app'],
    job_name: ['metadata', 'labels', 'taskbridge.dev/job'],
  },
  metrics: [
    {
      name: 'completion_time_seconds',
      help: "Time at which the task ended, with Tekton's reason. Absent while it is active.",
      path: ['status', 'completionTime'],
      objectLabels: { reason: [...SUCCEEDED, 'reason'] },
    },
    {
      name: 'active_info',
      help: "1 for a task that has not ended, with Tekton's reason: PipelineRunPending is a queued one.",
      path: [...SUCCEEDED, 'status=Unknown'],
      labels: { succeeded: [] },
      objectLabels: { reason: [...SUCCEEDED, 'reason'] },
      as: 'info',
    },
  ],
};

/** Kinds whose series are few: some for each app and job. */
export const OBJECTS: readonly Kind[] = [APP, JOB];

/** The same and one series for each task that is kept. */
export const WITH_TASKS: readonly Kind[] = [...OBJECTS, TASK];
