/* Ports to whoever is told of the work: people, by lines; CloudWatch, by counts in them; CloudFormation. */

/** Who may be told of what happened: one line, fields by name. No field holds a secret or a value of a variable. */
export type Log = (
  level: 'info' | 'warn' | 'error',
  message: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

/** What is counted of the work of a function, or measured. */
export type Metric =
  /** A task was created. */
  | 'TasksStarted'
  /** Its task was there already: a repeated request, or a fire that came twice. */
  | 'TasksRepeated'
  /** The cluster took no run of it, or the request was refused. */
  | 'TasksRefused'
  /** An occurrence that was due was not started and will not be. */
  | 'TasksMissed'
  /** From the minute at which a task was due to its creation. */
  | 'SecondsToStart'
  /** Jobs whose rules should have woken them a minute ago or earlier. */
  | 'JobsOverdue'
  /** Events that the service's own bus took. */
  | 'EventsPublished'
  /** Events that it did not take, which are sent again. */
  | 'EventsRejected'
  /** Rules of the stage's jobs on the default bus. */
  | 'RulesUsed'
  /** A reconcile that read all Apps and Jobs and put nothing off. */
  | 'ReconcileCompleted'
  /** A prune that read all Apps and put nothing off. */
  | 'PruneCompleted';

/** Who wanted the tasks: a request, a rule that fired, an event, or the reconcile where no rule did. */
export type Source = 'user' | 'schedule' | 'event' | 'catch-up';

/** The counts of one invocation. */
export type Metrics = {
  add(metric: Metric, value: number): void;
  /** The counts so far as fields of a log line; then it begins anew. `source` is absent where no task is started. */
  take(source?: Source): Readonly<Record<string, unknown>>;
};

/** What CloudFormation is told of a custom resource. */
export type CloudFormationResponse = {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId: string;
};

/** Where CloudFormation waits for an answer. Throws when it was not taken. */
export type CloudFormationResponses = { send(url: string, answer: CloudFormationResponse): Promise<void> };
