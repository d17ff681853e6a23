import { useMemo } from 'preact/hooks';
import { clockTime } from '../../cli/api/relative-time.ts';
import { isTyped, type Meaning, meaningOf, type TypedSchedule } from '../cron-description.ts';
import { localZone } from '../time.ts';
import { RelativeTime, useMinute } from './clock.tsx';
import { Field } from './field.tsx';

const PRESETS: readonly (readonly [text: string, cron: string])[] = [
  ['Every 15 minutes', '*/15 * * * *'],
  ['Hourly', '0 * * * *'],
  ['Daily at 02:00', '0 2 * * *'],
  ['Weekdays at 09:00', '0 9 * * mon-fri'],
  ['First of the month', '0 6 1 * *'],
];

/** Number of next runs to show. */
const RUN_COUNT = 3;

type ScheduleProps = {
  readonly value: TypedSchedule;
  readonly onValue: (value: TypedSchedule) => void;
  /** Error messages from the server. */
  readonly errors: { readonly [field in keyof TypedSchedule]?: string | undefined };
  readonly optional?: boolean;
};

/** Fields for a cron, or the time of one run, and the time zone. Describes them and lists the next runs while the user types. */
export function ScheduleFields({ value, onValue, errors, optional = false }: ScheduleProps) {
  const now = useMinute();
  const zones = useMemo(() => ['UTC', ...Intl.supportedValuesOf('timeZone')], []);
  const isSet = isTyped(value);
  const meaning = isSet ? meaningOf(value, now, RUN_COUNT) : undefined;
  const errorOf = (field: keyof TypedSchedule) =>
    meaning?.ok === false && meaning.field === field ? meaning.message : errors[field];
  return (
    <fieldset class="schedule">
      <legend>Schedule{optional && <span class="requirement"> Optional</span>}</legend>
      <div class="columns">
        <Field
          label="Cron"
          value={value.cron}
          onValue={(cron) => onValue({ ...value, cron })}
          placeholder="0 2 * * mon-fri"
          mono
          error={errorOf('cron')}
          hint="Minute, hour, day of month, month, day of week. Or a macro, such as @daily."
        />
        <Field
          label="Or once, at"
          value={value.at ?? ''}
          onValue={(at) => onValue({ ...value, at })}
          placeholder="2026-12-24 02:00"
          mono
          error={errorOf('at')}
          hint="Date and time of one run, in place of a cron."
        />
        <Field
          label="Time zone"
          value={value.timeZone}
          onValue={(timeZone) => onValue({ ...value, timeZone })}
          placeholder="UTC"
          options={zones}
          error={errorOf('timeZone')}
        />
      </div>
      <div class="presets">
        {PRESETS.map(([text, cron]) => (
          <button key={cron} type="button" class="quiet" onClick={() => onValue({ ...value, cron, at: '' })}>
            {text}
          </button>
        ))}
      </div>
      <div class="meaning" aria-live="polite">
        {meaning?.ok === true && <Description {...meaning} zone={value.timeZone.trim() || 'UTC'} />}
        {meaning?.ok === false && (
          <p class="muted">
            Invalid schedule. <span class="unseen">{meaning.message}</span>
          </p>
        )}
        {!isSet && <p class="muted">Without a schedule, the job runs on demand only.</p>}
      </div>
    </fieldset>
  );
}

type DescriptionProps = Pick<Extract<Meaning, { ok: true }>, 'words' | 'note' | 'next'> & {
  readonly zone: string;
};

function Description({ words, note, next, zone }: DescriptionProps) {
  const local = localZone();
  const times = next.map((date) => date.toISOString());
  return (
    <>
      <p class="words">{words}</p>
      {note !== undefined && <p class="muted">{note}</p>}
      {times.length > 0 && (
        <table class="next">
          <thead>
            <tr>
              <th scope="col">Next runs in {zone}</th>
              {local !== zone && <th scope="col">Your time ({local})</th>}
              <th scope="col">
                <span class="unseen">Time until the run</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {times.map((time) => (
              <tr key={time}>
                <td class="number">{clockTime(time, zone)}</td>
                {local !== zone && <td class="number">{clockTime(time, undefined)}</td>}
                <td class="muted number">
                  <RelativeTime time={time} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
