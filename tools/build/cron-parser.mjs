import { fileURLToPath } from 'node:url';

/** By its place, since the tests resolve the package's name to what this makes of it. */
const dist = fileURLToPath(new URL('../../node_modules/cron-parser/dist/', import.meta.url));

/** Exports of cron-parser that are used. A name that is missing here fails the build, not the function. */
const USED = "export { CronExpressionParser } from './CronExpressionParser.js';";

/**
 * Of a date cron-parser only makes the one that it is given: `lib/schedules/cron.ts` reads the fields of an expression and
 * never asks when it is due. Any other use of luxon fails the tests, which run with this too.
 */
const NO_DATES = "export const DateTime = { fromJSDate: () => ({ isValid: true, zoneName: 'UTC' }) };";

/**
 * esbuild plugin: bundles cron-parser without luxon, which is three quarters of its 100 KB and of its time to load
 * (`npm run bench`).
 *
 * @type {import('esbuild').Plugin}
 */
export const slimCronParser = {
  name: 'slim-cron-parser',
  setup(build) {
    build.onResolve({ filter: /^cron-parser$/ }, () => ({ path: 'cron-parser', namespace: 'used' }));
    build.onLoad({ filter: /.*/, namespace: 'used' }, () => ({ contents: USED, resolveDir: dist }));

    build.onResolve({ filter: /^luxon$/ }, () => ({ path: 'luxon', namespace: 'no-dates' }));
    build.onLoad({ filter: /.*/, namespace: 'no-dates' }, () => ({ contents: NO_DATES }));
  },
};
