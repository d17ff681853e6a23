import { dueRuns, type ScheduledJob } from '../../lib/jobs/due-runs.ts';
import { parseCron } from '../../lib/schedules/cron.ts';

/** A job that is due at 02:00 UTC since January, unless it says otherwise. `deadline` in seconds. */
export type Situation = {
  readonly title: string;
  readonly cron?: string;
  readonly zone?: string;
  readonly since?: string;
  readonly last?: string;
  readonly deadline?: number;
  readonly suspend?: boolean;
  readonly now: string;
  /** The outcome, and the occurrences that run or are too late. */
  readonly is: string;
};

export const MINUTELY = '* * * * *';

/** 2026-05-06 is a Wednesday. `HH:MM` is a time on it, `MM-DDTHH:MM` one of that year. */
export const timeOf = (text: string): Date =>
  new Date(`2026-${text.includes('T') ? text : `05-06T${text}`}Z`);

const shown = (date: Date): string => {
  const text = date.toISOString().slice('2026-'.length, '2026-05-06T02:00'.length);
  return text.replace('05-06T', '');
};

export function jobOf({
  cron = '0 2 * * *',
  zone = 'UTC',
  since = '01-01T00:00',
  ...job
}: Situation): ScheduledJob {
  return {
    schedule: { cron: parseCron(cron), zone, since: timeOf(since) },
    lastScheduleTime: job.last === undefined ? undefined : timeOf(job.last),
    startingDeadlineSeconds: job.deadline,
    suspend: job.suspend ?? false,
  };
}

export function outcomeOf(situation: Situation): string {
  const due = dueRuns(jobOf(situation), timeOf(situation.now));
  if (due.outcome === 'due') return `due ${due.occurrences.map(shown).join(' ')}`;
  return due.outcome === 'tooLate' ? `tooLate ${shown(due.occurrence)}` : due.outcome;
}
