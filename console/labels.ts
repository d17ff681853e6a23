import type { Job, Outcome, State, Task } from '../cli/api/responses.ts';

export const STATE_WORDS: Readonly<Record<State, string>> = {
  pending: 'Pending',
  running: 'Running',
  succeeded: 'Succeeded',
  failed: 'Failed',
  cancelled: 'Cancelled',
  timedOut: 'Timed out',
};

/** Reasons as sentences; one that is not here is shown as it is. */
const REASONS: Readonly<Record<string, string>> = {
  OOMKilled: 'It used more memory than it may have.',
  ImagePullFailed: 'Its image could not be pulled.',
  Evicted: 'Its node had no room left, and put it out.',
  Unschedulable: 'No node has room for it.',
  Queued: 'It waits: as many tasks of its app run as are allowed.',
  PendingTimeout: 'It could not start in time.',
  Timeout: 'It took longer than it may.',
  Cancelled: 'Somebody terminated it.',
  Replaced: 'The next run of its job took its place.',
  CreateContainerConfigError: 'A Secret or ConfigMap that it names is not there.',
};

/** Why a task is in its state, in words; `undefined` when the state says it all. */
export function whyOf({
  state,
  reason,
  exitCode,
}: Pick<Task, 'state' | 'reason' | 'exitCode'>): string | undefined {
  if (state === 'succeeded' || state === 'running') return undefined;
  const known = REASONS[reason ?? ''];
  if (known !== undefined) return exitCode === undefined ? known : `${known} Exit code ${exitCode}.`;
  if (exitCode !== undefined) return `Its command ended with exit code ${exitCode}.`;
  if (state === 'pending') return reason === undefined ? 'It is about to start.' : `It waits: ${reason}.`;
  return reason;
}

const POLICIES: Readonly<Record<string, string>> = {
  Always: 'Runs may overlap',
  Forbid: 'A run waits for the one before',
  Replace: 'A run ends the one before',
};
export const policyOf = ({ concurrencyPolicy = 'Always' }: Pick<Job, 'concurrencyPolicy'>): string =>
  POLICIES[concurrencyPolicy] ?? concurrencyPolicy;

export const DRIVERS = {
  rules: 'EventBridge rules wake it',
  polling: 'The reconcile wakes it each minute',
} as const;

/** How a job stands, in a word, and what there is to say of it; `attention`: somebody should look. */
export type Standing = {
  readonly word: 'Scheduled' | 'On events' | 'Suspended' | 'On demand' | 'Needs attention';
  readonly attention: boolean;
  readonly messages: readonly string[];
};

/** Whether anything but a request starts it: only then it can be suspended. */
export const startsByItself = ({ schedule, trigger }: Pick<Job, 'schedule' | 'trigger'>): boolean =>
  (schedule ?? trigger) !== undefined;

export function statusOf(job: Job): Standing {
  const { problems, conditions, suspend, schedule } = job;
  if (problems !== undefined) {
    const messages = problems.map(({ field, message }) => `${field}: ${message}`);
    return { word: 'Needs attention', attention: true, messages };
  }
  const failing = conditions.filter(({ status, reason }) => status !== 'True' && reason !== 'Suspended');
  if (failing.length > 0) {
    return { word: 'Needs attention', attention: true, messages: failing.map(({ message }) => message) };
  }
  const rest = { attention: false, messages: [] } as const;
  if (!startsByItself(job)) return { word: 'On demand', ...rest };
  if (suspend === true) return { word: 'Suspended', ...rest };
  return { word: schedule === undefined ? 'On events' : 'Scheduled', ...rest };
}

/** What starts a job by itself beside its schedule; `undefined` where nothing does. */
export const triggerOf = ({ trigger }: Job): string | undefined =>
  trigger && (trigger.bus === 'default' ? 'Events of the default bus' : 'Events of the stage’s own bus');

/** A strip of outcomes in words: "30 runs: 28 succeeded, 2 failed. The newest succeeded." */
export function outcomesInWords(
  outcomes: readonly Pick<Outcome, 'state'>[],
  none = 'It has not run yet.',
): string {
  const [newest] = outcomes;
  if (newest === undefined) return none;
  const counts = Object.entries(STATE_WORDS).flatMap(([state, word]) => {
    const count = outcomes.filter((outcome) => outcome.state === state).length;
    return count === 0 ? [] : [`${count} ${word.toLowerCase()}`];
  });
  const runs = outcomes.length === 1 ? '1 run' : `${outcomes.length} runs`;
  const last =
    newest.state === 'pending' || newest.state === 'running'
      ? `is ${newest.state}`
      : STATE_WORDS[newest.state].toLowerCase();
  return `${runs}: ${counts.join(', ')}. The newest ${last}.`;
}
