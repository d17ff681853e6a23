/** API group and version of our custom resources. */
export const GROUP = 'taskbridge.dev';
export const VERSION = 'v1alpha1';

/** Labels that we write on each PipelineRun. Tekton copies them to the TaskRun and the Pod. */
export const LABEL = {
  name: 'app.kubernetes.io/name',
  component: 'app.kubernetes.io/component',
  managedBy: 'app.kubernetes.io/managed-by',
  app: 'taskbridge.dev/app',
  job: 'taskbridge.dev/job',
  taskId: 'taskbridge.dev/task-id',
  /** Of a build: the id of its source. No task has it, and no build has a task id. */
  buildId: 'taskbridge.dev/build-id',
  /**
   * The end of the run was recorded in its job's status and published. Runs without the label are active or have just ended.
   */
  reported: 'taskbridge.dev/reported',
  /** A restored run would run again: Velero leaves objects with this label out of its backups. */
  excludeFromBackup: 'velero.io/exclude-from-backup',
} as const;

/** Annotations that we write on each PipelineRun. Tekton copies them to the TaskRun and the Pod. */
export const ANNOTATION = {
  command: 'taskbridge.dev/command',
  displayName: 'taskbridge.dev/display-name',
  requestedBy: 'taskbridge.dev/requested-by',
  /** Names of what the request for this run set in place of its job and app, as JSON. */
  overrides: 'taskbridge.dev/overrides',
  /** Trace context of W3C that the task continues. */
  traceparent: 'taskbridge.dev/traceparent',
  tracestate: 'taskbridge.dev/tracestate',
  /** RFC 3339 with milliseconds: Kubernetes keeps the time of creation in whole seconds, which is no order. */
  requestedAt: 'taskbridge.dev/requested-at',
  scheduledTime: 'taskbridge.dev/scheduled-time',
  /** Of a run that a backfill made: its limit, as JSON. */
  backfill: 'taskbridge.dev/backfill',
  /** Reason of a cancellation by Taskbridge, in one word. */
  cancelledBecause: 'taskbridge.dev/cancelled-because',
  /** RFC 3339: time at which a queued run was admitted, from which its pending timeout counts. */
  admittedAt: 'taskbridge.dev/admitted-at',
  /** Of a Job, "true": run-task made it for one task, and it is removed when that was started. */
  temporary: 'taskbridge.dev/temporary',
  /** Of a Job: the app for which an apply of a file made it. */
  applied: 'taskbridge.dev/applied',
  /** Of an App: the lease of the apply of its jobs that is under way, as JSON. */
  applyLease: 'taskbridge.dev/apply-lease',
  /** Of an App: its pushes up to the last one by the API, as JSON. */
  pushes: 'taskbridge.dev/pushes',
  /** One value for each invocation: a retried create whose response was lost finds its own run by it. */
  nonce: 'taskbridge.dev/nonce',
  /** Of a run that an event started: what the task finds in its TASKBRIDGE_EVENT_… variables. */
  eventId: 'taskbridge.dev/event-id',
  eventSource: 'taskbridge.dev/event-source',
  eventDetailType: 'taskbridge.dev/event-detail-type',
  eventTime: 'taskbridge.dev/event-time',
  /** Number of preceding tasks that each started the next one with an event of Taskbridge. */
  eventDepth: 'taskbridge.dev/event-depth',
  /** Of a build: its source, and the repository that its image is in. */
  sourceSha256: 'taskbridge.dev/source-sha256',
  repository: 'taskbridge.dev/repository',
  /** Hash of the request's body: the same Idempotency-Key with another body is refused by it. */
  requestHash: 'taskbridge.dev/request-hash',
} as const;

/** Annotations of a namespace, each a list of what its apps may use. Absent: nothing. */
export const PLACEMENT_ANNOTATION = {
  nodeSelector: 'taskbridge.dev/node-selector',
  tolerations: 'taskbridge.dev/tolerations',
  priorityClasses: 'taskbridge.dev/priority-classes',
  runtimeClasses: 'taskbridge.dev/runtime-classes',
  gpu: 'taskbridge.dev/gpu',
} as const;

/** Value of {@link LABEL.managedBy}. Tekton overwrites it on the Pod, so it selects no pods. */
export const MANAGED_BY = 'taskbridge';

/** A service account carries this label, set to "true", when tasks of its namespace may run as it. */
export const TASK_SERVICE_ACCOUNT = 'taskbridge.dev/task-service-account';

/** Prefix of the pod labels that stand for security groups; a platform's policies select them. */
export const SECURITY_GROUP_PREFIX = 'security-group.taskbridge.dev/';

const PART = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** True for a valid label value or name part of a label key: at most 63 characters. */
export const isLabelPart = (text: string): boolean => PART.test(text);

/** True for a valid key of a label or an annotation: `name`, or `example.com/name`. */
export function isLabelKey(key: string): boolean {
  const [name, prefix, ...more] = key.split('/').reverse();
  return more.length === 0 && isLabelPart(name ?? '') && (prefix === undefined || isPrefix(prefix));
}

const isPrefix = (prefix: string): boolean => prefix.length <= 253 && PREFIX.test(prefix);
