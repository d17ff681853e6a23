import type { EnvDraft } from '../drafts.ts';
import { messageFor } from './action.tsx';
import { Field } from './field.tsx';

type EnvProps = {
  readonly value: EnvDraft;
  readonly onValue: (env: string) => void;
  readonly failure: Error | undefined;
  /** Sentence about what the variables are added to. */
  readonly hint?: string;
};

/** Field for variables. Names those that it can't show. */
export const EnvField = ({ value: { env, otherEnv }, onValue, failure, hint }: EnvProps) => (
  <Field
    label="Environment"
    value={env}
    onValue={onValue}
    rows={hint === undefined ? 5 : 2}
    mono
    placeholder="NAME=value"
    hint={[
      'One NAME=value per line.',
      ...(hint === undefined ? [] : [hint]),
      ...(otherEnv.length === 0
        ? []
        : [`Not editable here: ${otherEnv.map(({ name }) => name).join(', ')}.`]),
    ].join(' ')}
    error={messageFor(failure, 'env')}
  />
);
