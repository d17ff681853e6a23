import { useMemo } from 'preact/hooks';
import { clockTime } from '../../cli/api/relative-time.ts';
import { type CronInZone, meaningOf } from '../cron-description.ts';
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

/** Next runs that the editor shows. */
const NEXT = 3;

type ScheduleProps = {
  readonly value: CronInZone;
  readonly onValue: (value: CronInZone) => void;
  /** What the server said of the cron and the zone. */
  readonly errors: { readonly cron?: string | undefined; readonly timeZone?: string | undefined };
  readonly optional?: boolean;
};

/** A cron and its zone. At each key it says, by the functions' own code, what they mean and when they are due next. */
export function ScheduleFields({ value, onValue, errors, optional = false }: ScheduleProps) {
  const now = useMinute();
  const zones = useMemo(() => ['UTC', ...Intl.supportedValuesOf('timeZone')], []);
  const given = value.cron.trim() !== '';
  const meaning = given ? meaningOf(value, now, NEXT) : undefined;
  const wrong = (field: 'cron' | 'timeZone') =>
    meaning?.ok === false && meaning.field === field ? meaning.message : errors[field];
  return (
    <fieldset class="schedule">
      <legend>When it runs{optional && <span class="needed"> (may be left empty)</span>}</legend>
      <div class="columns">
        <Field
          label="Cron"
          value={value.cron}
          onValue={(cron) => onValue({ ...value, cron })}
          placeholder="0 2 * * mon-fri"
          mono
          error={wrong('cron')}
          hint="Minute, hour, day of month, month, day of week; or @daily and the like."
        />
        <Field
          label="Time zone"
          value={value.timeZone}
          onValue={(timeZone) => onValue({ ...value, timeZone })}
          placeholder="UTC"
          options={zones}
          error={wrong('timeZone')}
        />
      </div>
      <div class="presets">
        {PRESETS.map(([text, cron]) => (
          <button key={cron} type="button" class="quiet" onClick={() => onValue({ ...value, cron })}>
            {text}
          </button>
        ))}
      </div>
      <div class="meaning" aria-live="polite">
        {meaning?.ok === true && (
          <Meant words={meaning.words} next={meaning.next} zone={value.timeZone.trim() || 'UTC'} />
        )}
        {meaning?.ok === false && (
          <p class="muted">
            Invalid schedule. <span class="unseen">{meaning.message}</span>
          </p>
        )}
        {!given && <p class="muted">Without a cron the job runs when it is asked to.</p>}
      </div>
    </fieldset>
  );
}

type MeantProps = { readonly words: string; readonly next: readonly Date[]; readonly zone: string };

function Meant({ words, next, zone }: MeantProps) {
  const local = localZone();
  const moments = next.map((date) => date.toISOString());
  return (
    <>
      <p class="words">{words}</p>
      <table class="next">
        <thead>
          <tr>
            <th scope="col">Next runs in {zone}</th>
            {local !== zone && <th scope="col">Your time ({local})</th>}
            <th scope="col">
              <span class="unseen">From now</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {moments.map((time) => (
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
    </>
  );
}
