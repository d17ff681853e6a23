import { messageFor } from '../components/action.tsx';
import { Choice, Field } from '../components/field.tsx';
import type { ScheduleDraft } from '../drafts.ts';

type PolicyProps = {
  readonly value: ScheduleDraft;
  readonly onValue: (value: ScheduleDraft) => void;
  readonly failure: Error | undefined;
};

const POLICIES = [
  ['Always', 'Start it all the same'],
  ['Forbid', 'Wait until that one has ended'],
  ['Replace', 'End that one, then start'],
] as const;

/** As the API names them. */
export const POLICY_FIELDS = ['concurrencyPolicy', 'startingDeadlineSeconds'];

/** What happens to a run that meets another one, and to one that is late. */
export const PolicyFields = ({ value, onValue, failure }: PolicyProps) => (
  <div class="columns">
    <Choice
      label="If the run before still goes on"
      value={value.concurrencyPolicy}
      onValue={(concurrencyPolicy) => onValue({ ...value, concurrencyPolicy })}
      choices={POLICIES}
      error={messageFor(failure, 'concurrencyPolicy')}
    />
    <Field
      label="Starting deadline, in seconds"
      value={value.startingDeadlineSeconds}
      onValue={(startingDeadlineSeconds) => onValue({ ...value, startingDeadlineSeconds })}
      placeholder="none"
      hint="After an outage the newest missed run starts, unless it is later than this."
      error={messageFor(failure, 'startingDeadlineSeconds')}
    />
  </div>
);
