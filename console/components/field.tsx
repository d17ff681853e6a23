import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

type Shared = {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly hint?: ComponentChildren;
  /** Error message of the field. */
  readonly error?: string | undefined;
  readonly required?: boolean;
};

type FieldProps = Shared & {
  readonly placeholder?: string | undefined;
  readonly mono?: boolean;
  readonly autoFocus?: boolean;
  /** Number of rows, for a multi-line text. */
  readonly rows?: number;
  readonly options?: readonly string[];
  readonly disabled?: boolean;
};

/** Pattern of a required field, as `required` alone accepts blanks. */
const NOT_BLANK = '.*\\S.*';

/** Labelled text input with its hint and error. */
export function Field(props: FieldProps) {
  const { label, value, onValue, hint, error, rows, options, mono = false, required = false } = props;
  const id = useId();
  const shared = {
    id,
    value,
    required,
    class: mono ? 'mono' : '',
    placeholder: props.placeholder ?? '',
    disabled: props.disabled ?? false,
    autoComplete: 'off',
    spellcheck: false,
    'aria-invalid': error !== undefined,
    'aria-describedby': describedBy(id, hint, error),
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) =>
      onValue(currentTarget.value),
  };
  return (
    <Frame id={id} label={label} hint={hint} error={error} required={required}>
      {rows === undefined ? (
        <input
          type="text"
          {...shared}
          {...(required ? { pattern: NOT_BLANK } : {})}
          {...(options === undefined ? {} : { list: `${id}-list` })}
        />
      ) : (
        <textarea rows={rows} {...shared} />
      )}
      {options !== undefined && (
        <datalist id={`${id}-list`}>
          {options.map((option) => (
            <option key={option} value={option} />
          ))}
        </datalist>
      )}
    </Frame>
  );
}

type ChoiceProps = Shared & { readonly choices: readonly (readonly [value: string, text: string])[] };

/** Labelled select. */
export function Choice({ label, value, onValue, hint, error, choices }: ChoiceProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <select
        id={id}
        value={value}
        aria-invalid={error !== undefined}
        aria-describedby={describedBy(id, hint, error)}
        onChange={({ currentTarget }) => onValue(currentTarget.value)}
      >
        {choices.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </Frame>
  );
}

const describedBy = (id: string, hint: ComponentChildren, error: string | undefined): string =>
  [error === undefined ? '' : `${id}-error`, hint === undefined ? '' : `${id}-hint`]
    .filter(Boolean)
    .join(' ');

type FrameProps = Pick<Shared, 'label' | 'hint' | 'error' | 'required'> & {
  readonly id: string;
  readonly children: ComponentChildren;
};

const Frame = ({ id, label, hint, error, required = false, children }: FrameProps) => (
  <div class={error === undefined ? 'field' : 'field wrong'}>
    <label for={id}>
      {label}
      {!required || <span class="requirement"> Required</span>}
    </label>
    {children}
    {error !== undefined && (
      <p class="error" id={`${id}-error`}>
        {error}
      </p>
    )}
    {hint !== undefined && (
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
    )}
  </div>
);
