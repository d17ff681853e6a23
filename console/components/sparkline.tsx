import type { Outcome } from '../../cli/api/responses.ts';
import { STATE_LABELS, summarizeOutcomes } from '../labels.ts';
import { hrefOf } from '../routes.ts';

/** Number of runs that a sparkline shows. */
export const RUNS_SHOWN = 30;

type SparklineProps = {
  /** Outcomes, newest first. */
  readonly outcomes: readonly Outcome[];
  /** Space of the tasks that the bars link to; absent: an image without links. */
  readonly space?: string;
  /** Label where there are no outcomes. */
  readonly none?: string;
};

const titleOf = ({ state, scheduledTime, createdAt }: Outcome): string =>
  `${STATE_LABELS[state]}, ${new Date(scheduledTime ?? createdAt).toLocaleString()}`;

/** Last outcomes of a job, newest on the right. Failures are taller bars. */
export function Sparkline({ outcomes, space, none }: SparklineProps) {
  const shown = outcomes.slice(0, RUNS_SHOWN).toReversed();
  const label = summarizeOutcomes(outcomes.slice(0, RUNS_SHOWN), none);
  const gaps = Array.from({ length: RUNS_SHOWN - shown.length }, (_, index) => index);
  if (space === undefined) {
    return (
      <span class="sparkline" role="img" aria-label={label} title={label}>
        {gaps.map((gap) => (
          <i key={gap} class="gap" />
        ))}
        {shown.map((outcome) => (
          <i key={outcome.name} class={outcome.state} />
        ))}
      </span>
    );
  }
  return (
    <span class="sparkline large">
      {gaps.map((gap) => (
        <i key={gap} class="gap" />
      ))}
      {shown.map((outcome) => (
        <a
          key={outcome.name}
          class={outcome.state}
          href={hrefOf({ view: 'task', space, task: outcome.name })}
          title={titleOf(outcome)}
        >
          <span class="unseen">{titleOf(outcome)}</span>
        </a>
      ))}
    </span>
  );
}
