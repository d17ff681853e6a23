import type { Outcome } from '../../cli/api/responses.ts';
import { outcomesInWords, STATE_WORDS } from '../labels.ts';
import { hrefOf } from '../routes.ts';

/** Runs that a strip has room for. */
export const STRIP = 30;

type StripProps = {
  /** The newest first, as the API gives them. */
  readonly outcomes: readonly Outcome[];
  /** Where the bars lead to; without it the strip is a picture. */
  readonly space?: string;
  /** What is said where there is no outcome. */
  readonly none?: string;
};

const titleOf = ({ state, scheduledTime, createdAt }: Outcome): string =>
  `${STATE_WORDS[state]}, ${new Date(scheduledTime ?? createdAt).toLocaleString()}`;

/** The last outcomes of a job, the newest at the right: a failure is a taller bar. */
export function Strip({ outcomes, space, none }: StripProps) {
  const shown = outcomes.slice(0, STRIP).toReversed();
  const words = outcomesInWords(outcomes.slice(0, STRIP), none);
  const gaps = Array.from({ length: STRIP - shown.length }, (_, index) => index);
  if (space === undefined) {
    return (
      <span class="strip" role="img" aria-label={words} title={words}>
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
    <span class="strip large">
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
