/** An alert of Prometheus. */
export type Alert = {
  readonly alert: string;
  readonly expr: string;
  /** Time for which it must hold before it fires. Absent: at once. */
  readonly for?: string;
  readonly severity: 'critical' | 'warning';
  readonly summary: string;
  /** Advice for the operator. */
  readonly description: string;
};

const JOB = 'namespace, app, job_name';

const jobCondition = (selector: string): string =>
  `max by (${JOB}, reason) (taskbridge_job_condition{status="False", ${selector}})`;

/** Jobs that are not suspended: what their last runs were needs nobody's attention before they are resumed. */
const UNLESS_SUSPENDED =
  'unless on (namespace, job_name) max by (namespace, job_name) (taskbridge_job_suspended) == 1';

const NAMED_JOB = 'Job {{ $labels.namespace }}/{{ $labels.job_name }}';

const HEALTH: readonly Alert[] = [
  {
    alert: 'TaskbridgeJobFailing',
    expr: `max by (${JOB}) (taskbridge_job_consecutive_failures) > 0 ${UNLESS_SUSPENDED}`,
    severity: 'warning',
    summary: `${NAMED_JOB} fails: {{ $value }} in a row.`,
    description:
      'Its condition Healthy has the reason; `taskbridge job JOB` shows its last tasks, `taskbridge logs TASK` the log of one. It is over when a task of the job succeeds.',
  },
  {
    alert: 'TaskbridgeJobSilent',
    expr: jobCondition('type="Healthy", reason="Silent"'),
    severity: 'warning',
    summary: `${NAMED_JOB} has not succeeded within the time that it is expected to.`,
    description:
      'No task of the job succeeded within its expectWithin. `taskbridge job JOB` shows whether it ran at all, and the condition OnTime why not.',
  },
];

const SCHEDULES: readonly Alert[] = [
  {
    alert: 'TaskbridgeRunMissed',
    expr: `time() - max by (${JOB}, reason) (taskbridge_job_missed_time_seconds) < 6 * 3600`,
    severity: 'warning',
    summary: `${NAMED_JOB} missed a scheduled run in the last six hours: {{ $labels.reason }}.`,
    description:
      'TooLate: it could have started only after its deadline. NameTaken: another run has its name. Superseded: after an outage only the newest run is started.',
  },
  {
    alert: 'TaskbridgeRunRefused',
    expr: jobCondition('type="OnTime", reason=~"Refused|NoImage"'),
    for: '5m',
    severity: 'warning',
    summary:
      'A due run of job {{ $labels.namespace }}/{{ $labels.job_name }} cannot start: {{ $labels.reason }}.',
    description:
      'The cluster refuses the task, or its app has no image yet. The condition OnTime has the message. It is tried again each minute.',
  },
  {
    alert: 'TaskbridgeJobOverdue',
    expr: `time() - max by (${JOB}) (taskbridge_job_next_schedule_time_seconds) > 600 unless on (namespace, job_name) max by (namespace, job_name) (taskbridge_job_condition{type=~"Ready|OnTime", status="False"}) == 0 ${UNLESS_SUSPENDED}`,
    for: '5m',
    severity: 'critical',
    summary: `${NAMED_JOB} was due {{ $value | humanizeDuration }} ago and nothing started it.`,
    description:
      'Neither a rule nor the reconcile started it, and no condition says why: Taskbridge itself does not run, or does not reach the cluster. Look at the log of the function reconcile.',
  },
];

const OBJECTS: readonly Alert[] = [
  {
    alert: 'TaskbridgeJobNotReady',
    expr: jobCondition('type="Ready", reason!="Suspended"'),
    for: '15m',
    severity: 'warning',
    summary: `${NAMED_JOB} cannot run: {{ $labels.reason }}.`,
    description:
      'Its condition Ready has the message: its app is gone, it has no command, its spec is invalid.',
  },
  {
    alert: 'TaskbridgeAppNotReady',
    expr: 'max by (namespace, app, type, reason) (taskbridge_app_condition{status="False"})',
    for: '15m',
    severity: 'warning',
    summary:
      'App {{ $labels.namespace }}/{{ $labels.app }} is not ready: {{ $labels.type }} is {{ $labels.reason }}.',
    description:
      'The message of this condition says what to mend: the spec, or a Secret of a service that is missing.',
  },
];

const TASKS: readonly Alert[] = [
  {
    alert: 'TaskbridgeTasksQueued',
    expr: 'count by (namespace, app) (taskbridge_task_active_info{app!="", reason="PipelineRunPending"}) > 0',
    for: '1h',
    severity: 'warning',
    summary:
      'App {{ $labels.namespace }}/{{ $labels.app }} has had queued tasks for an hour, now {{ $value }}.',
    description:
      'More tasks are requested than maxRunning of the app admits, or an older task does not end. `taskbridge tasks` shows which run. Backfills wait here too.',
  },
];

/** Groups of alerts by name. That of tasks needs the metrics of tasks. */
export const ALERTS: Readonly<Record<string, readonly Alert[]>> = {
  'taskbridge-health': HEALTH,
  'taskbridge-schedules': SCHEDULES,
  'taskbridge-objects': OBJECTS,
  'taskbridge-tasks': TASKS,
};

/** The alerts as groups of a file of Prometheus' rules. */
export const ruleGroups = (): object => ({
  groups: Object.entries(ALERTS).map(([name, alerts]) => ({
    name,
    rules: alerts.map(({ severity, summary, description, ...rule }) => ({
      ...rule,
      labels: { severity },
      annotations: { summary, description },
    })),
  })),
});

/** The same as an object of the Prometheus operator. */
export const prometheusRule = (): object => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PrometheusRule',
  metadata: { name: 'taskbridge', labels: { 'app.kubernetes.io/part-of': 'taskbridge' } },
  spec: ruleGroups(),
});
