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

/** As the API names them. */
export const RESOURCE_FIELDS = KINDS.map(([kind]) => `resources.${kind}`);

/** Memory, disk and processors; what is left empty comes from where it is inherited. */
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
