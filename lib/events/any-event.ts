import * as v from 'valibot';

/** An event of a schedule: nothing in it says what is to be done. */
export const AnyEvent = v.pipe(
  v.unknown(),
  v.transform(() => ({})),
);
