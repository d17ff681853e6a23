import { messageFor } from '../components/action.tsx';
import { Choice, Field } from '../components/field.tsx';
import type { PolicyDraft } from '../drafts.ts';

type PolicyProps = {
  readonly value: PolicyDraft;
  readonly onValue: (value: PolicyDraft) => void;
  readonly failure: Error | undefined;
};

const POLICIES = [
  ['Always', 'Always: start it anyway'],
  ['Forbid', 'Forbid: queue it'],
  ['Replace', 'Replace: cancel the other run'],
] as const;

/** Field names of the API. */
export const POLICY_FIELDS = ['concurrencyPolicy', 'startingDeadlineSeconds'];

/** Fields for the concurrency policy and the starting deadline. */
export const PolicyFields = ({ value, onValue, failure }: PolicyProps) => (
  <div class="columns">
    <Choice
      label="If another run is active"
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

type ExpectProps = {
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly failure: Error | undefined;
};

/** Field for the time within which a job must succeed. */
export const ExpectField = ({ value, onValue, failure }: ExpectProps) => (
  <Field
    label="Expect a success within"
    value={value}
    onValue={onValue}
    placeholder="no limit"
    hint="For example 26h. Without a success for longer, the job is silent: it needs attention."
    error={messageFor(failure, 'expectWithin')}
  />
);
