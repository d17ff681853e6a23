/* Observability ports: structured logs and CloudWatch metrics; and the response to CloudFormation. */

/** Structured log: one line for each call, with named fields. No field holds a secret or a variable's value. */
export type Log = (
  level: 'info' | 'warn' | 'error',
  message: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

/** Metric of a function: a count, or a duration in seconds. */
export type Metric =
  /** A task was created. */
  | 'TasksStarted'
  /** A task existed already: a repeated request, or a duplicate trigger. */
  | 'TasksRepeated'
  /** The cluster rejected the run, or the request was rejected. */
  | 'TasksRefused'
  /** A due occurrence was not started and will not be. */
  | 'TasksMissed'
  /** Seconds from the minute at which a task was due to its creation. */
  | 'SecondsToStart'
  /** Jobs whose rules should have triggered a minute ago or earlier. */
  | 'JobsOverdue'
  /** Jobs whose newest task that ended has failed. */
  | 'JobsFailing'
  /** Jobs without a successful task for longer than they expect. */
  | 'JobsSilent'
  /** Events that the stage's own bus accepted. */
  | 'EventsPublished'
  /** Events that the bus rejected; they are published again. */
  | 'EventsRejected'
  /** Rules of the stage's jobs on the default bus. */
  | 'RulesUsed'
  /** Rules that EventBridge refused to list, write or remove, but for their pattern. */
  | 'RulesRefused'
  /** Units of work of a reconcile that ended with an internal error. */
  | 'ReconcileErrors'
  /** A reconcile that read all Apps and Jobs and deferred nothing. */
  | 'ReconcileCompleted'
  /** A prune that read all Apps and deferred nothing. */
  | 'PruneCompleted';

/** Origin of tasks: a request, a schedule's rule, an event, or the reconcile where no rule triggered. */
export type Source = 'user' | 'schedule' | 'event' | 'catch-up';

/** Metrics of one invocation. */
export type Metrics = {
  add(metric: Metric, value: number): void;
  /** Returns the metrics so far as fields of a log line, and resets them. `source`: absent where no task is started. */
  take(source?: Source): Readonly<Record<string, unknown>>;
};

/** Response of a custom resource to CloudFormation. */
export type CloudFormationResponse = {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId: string;
};

/** Port to the URL at which CloudFormation waits for a response. Throws when it was not accepted. */
export type CloudFormationResponses = { send(url: string, answer: CloudFormationResponse): Promise<void> };
