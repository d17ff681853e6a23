import { messageFor } from '../components/action.tsx';
import { Field } from '../components/field.tsx';
import type { ResourceTexts } from '../form-values.ts';

type ResourceProps = {
  readonly value: ResourceTexts;
  readonly onValue: (value: ResourceTexts) => void;
  readonly inherits?: ResourceTexts | undefined;
  readonly failure: Error | undefined;
};

const KINDS = [
  ['memory', 'Memory', '1G'],
  ['disk', 'Disk', '1G'],
  ['cpu', 'CPU', '100m'],
] as const;

/** Field names of the API. */
export const RESOURCE_FIELDS = KINDS.map(([kind]) => `resources.${kind}`);

/** Fields for memory, disk and CPU. Placeholders show the inherited values. */
export const ResourceFields = ({ value, onValue, inherits = {}, failure }: ResourceProps) => (
  <div class="columns three">
    {KINDS.map(([kind, label, usual]) => (
      <Field
        key={kind}
        label={label}
        value={value[kind] ?? ''}
        onValue={(text) => onValue({ ...value, [kind]: text })}
        placeholder={inherits[kind] ?? usual}
        error={messageFor(failure, `resources.${kind}`)}
      />
    ))}
  </div>
);
