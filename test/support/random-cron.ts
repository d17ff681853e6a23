import fc from 'fast-check';

type Field = { readonly min: number; readonly max: number; readonly names: readonly string[] };

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const MINUTE: Field = { min: 0, max: 59, names: [] };
const HOUR: Field = { min: 0, max: 23, names: [] };
const DAY_OF_MONTH: Field = { min: 1, max: 31, names: [] };
const MONTH: Field = { min: 1, max: 12, names: MONTHS };
const DAY_OF_WEEK: Field = { min: 0, max: 6, names: WEEKDAYS };

/** One entry of a field's list: a value or its name, a range, each perhaps with a step, which may be too large. */
function entry({ min, max, names }: Field): fc.Arbitrary<string> {
  const value = fc.integer({ min, max });
  const step = fc.integer({ min: 1, max: max + 10 });
  const named = (number: number): string => names[number - min] ?? String(number);
  const range = fc.tuple(value, value).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
  return fc.oneof(
    value.map(String),
    value.map(named),
    range,
    fc.tuple(range, step).map(([of, by]) => `${of}/${by}`),
    fc.tuple(value, step).map(([from, by]) => `${from}/${by}`),
    step.map((by) => `*/${by}`),
  );
}

const field = (of: Field): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant('*') },
    {
      weight: 3,
      arbitrary: fc.array(entry(of), { minLength: 1, maxLength: 3 }).map((entries) => entries.join(',')),
    },
  );

/** Days and months of any cron that comes: a day past the 29th alone is not in each month. */
const days = fc
  .tuple(field(DAY_OF_MONTH), field(MONTH), field(DAY_OF_WEEK))
  .map(([day, month, weekday]) =>
    weekday === '*' && /^3[01]/.test(day) ? [`29,${day}`, month, weekday] : [day, month, weekday],
  );

/** Any cron that unix-cron knows, dense and sparse ones. */
export const anyCron: fc.Arbitrary<string> = fc
  .tuple(field(MINUTE), field(HOUR), days)
  .map(([minute, hour, rest]) => [minute, hour, ...rest].join(' '));

/** A cron with one time a day, for a look at many years. */
export const dailyCron: fc.Arbitrary<string> = fc
  .tuple(fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 23 }), days)
  .map(([minute, hour, rest]) => [minute, hour, ...rest].join(' '));
