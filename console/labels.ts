import { exitCodeText } from '../cli/api/exit-code.ts';
import type { Job, Outcome, State, Task } from '../cli/api/responses.ts';

/** Labels of the states of tasks. */
export const STATE_LABELS: Readonly<Record<State, string>> = {
  pending: 'Pending',
  running: 'Running',
  succeeded: 'Succeeded',
  failed: 'Failed',
  cancelled: 'Cancelled',
  timedOut: 'Timed out',
};

/** Texts for reasons of tasks; an unknown reason is shown as is. */
const REASONS: Readonly<Record<string, string>> = {
  OOMKilled: 'Out of memory.',
  ImagePullFailed: 'The image could not be pulled.',
  Evicted: 'Evicted: the node ran out of resources.',
  Unschedulable: 'No node can take it.',
  Queued: 'Queued: the app is at its limit of running tasks.',
  PendingTimeout: 'Did not start in time.',
  Timeout: 'Timed out.',
  Cancelled: 'Terminated by a user.',
  Replaced: 'Replaced by the next run of the job.',
  CreateContainerConfigError: 'A referenced Secret or ConfigMap does not exist.',
};

/** Explains the state of a task; `undefined` where the state is enough. */
export function reasonOf({
  state,
  reason,
  exitCode,
}: Pick<Task, 'state' | 'reason' | 'exitCode'>): string | undefined {
  if (state === 'succeeded' || state === 'running') return undefined;
  const known = REASONS[reason ?? ''];
  if (known !== undefined)
    return exitCode === undefined ? known : `${known} Exit code ${exitCodeText(exitCode)}.`;
  if (exitCode !== undefined) return `Exit code ${exitCodeText(exitCode)}.`;
  if (state === 'pending') return reason === undefined ? 'Starting.' : `Pending: ${reason}.`;
  return reason;
}

const POLICIES: Readonly<Record<string, string>> = {
  Always: 'Always: runs may overlap',
  Forbid: 'Forbid: runs are queued',
  Replace: 'Replace: a new run cancels the previous one',
};
/** Concurrency policy of a job, with its effect. */
export const policyOf = ({ concurrencyPolicy = 'Always' }: Pick<Job, 'concurrencyPolicy'>): string =>
  POLICIES[concurrencyPolicy] ?? concurrencyPolicy;

/** Description of a schedule whose cron is invalid; the cron is shown beside it. */
export const INVALID_SCHEDULE = 'Invalid schedule';

/** Labels of the mechanisms that start scheduled runs. */
export const DRIVERS = {
  rules: 'EventBridge rules',
  polling: 'Polling, every minute',
} as const;

/** Status of a job: a label, and messages; `attention`: true where a user has to act. */
export type JobStatus = {
  readonly label: 'Scheduled' | 'Complete' | 'On events' | 'Suspended' | 'On demand' | 'Needs attention';
  readonly attention: boolean;
  readonly messages: readonly string[];
};

/** True for a job with a schedule or a trigger: only such a job can be suspended. */
export const isAutomatic = ({ schedule, trigger }: Pick<Job, 'schedule' | 'trigger'>): boolean =>
  (schedule ?? trigger) !== undefined;

/** Status of a job, from its problems and conditions. */
export function statusOf(job: Job): JobStatus {
  const { problems, conditions, suspend, schedule } = job;
  if (problems !== undefined) {
    const messages = problems.map(({ field, message }) => `${field}: ${message}`);
    return { label: 'Needs attention', attention: true, messages };
  }
  // Who suspended a job that fails knows of it.
  const failing = conditions.filter(
    ({ type, status, reason }) =>
      status !== 'True' && reason !== 'Suspended' && !(suspend === true && type === 'Healthy'),
  );
  if (failing.length > 0) {
    return { label: 'Needs attention', attention: true, messages: withoutParts(failing) };
  }
  const rest = { attention: false, messages: [] } as const;
  if (!isAutomatic(job)) return { label: 'On demand', ...rest };
  if (suspend === true) return { label: 'Suspended', ...rest };
  if (conditions.some(({ type }) => type === 'Complete')) return { label: 'Complete', ...rest };
  return { label: schedule === undefined ? 'On events' : 'Scheduled', ...rest };
}

/** Messages of conditions, without those that another one repeats. */
function withoutParts(conditions: Job['conditions']): readonly string[] {
  const messages = conditions.map(({ message }) => message);
  return messages.filter(
    (message) => !messages.some((other) => other !== message && other.includes(message)),
  );
}

/** Label of a job's trigger; `undefined` where it has none. */
export const triggerOf = ({ trigger }: Job): string | undefined =>
  trigger && (trigger.bus === 'default' ? 'Events on the default bus' : 'Events on the stage’s own bus');

/** Summarizes outcomes: "30 runs: 28 succeeded, 2 failed. Latest: succeeded." */
export function summarizeOutcomes(
  outcomes: readonly Pick<Outcome, 'state'>[],
  none = 'No runs yet.',
): string {
  const [newest] = outcomes;
  if (newest === undefined) return none;
  const counts = Object.entries(STATE_LABELS).flatMap(([state, label]) => {
    const count = outcomes.filter((outcome) => outcome.state === state).length;
    return count === 0 ? [] : [`${count} ${label.toLowerCase()}`];
  });
  const runs = outcomes.length === 1 ? '1 run' : `${outcomes.length} runs`;
  return `${runs}: ${counts.join(', ')}. Latest: ${STATE_LABELS[newest.state].toLowerCase()}.`;
}

/** Outcomes of the occurrences of a backfill. */
export const BACKFILL_OUTCOMES: Readonly<Record<string, string>> = {
  created: 'a new task',
  kept: 'has its task',
  scheduled: 'due: the schedule starts it',
  needsAgain: 'older than all kept tasks: left out',
  nameTaken: 'left out: another task has its name',
  remaining: 'not created yet',
};
