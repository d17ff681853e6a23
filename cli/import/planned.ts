import { JobSpec } from '../../lib/jobs/job.ts';
import { describeFields } from '../../lib/platform/errors.ts';
import { parse } from '../../lib/platform/schema.ts';

/** Job to create for one job or schedule of another product. */
export type Planned = {
  /** Its name there. */
  readonly job: string;
  /** Its schedule there. */
  readonly expression: string | undefined;
  /** Name of the job to create; stable across repeated imports and the order of the file. */
  readonly name: string;
} & ({ readonly body: JobBody } | { readonly problem: string });

/** Body of a request that creates a job. */
export type JobBody = {
  readonly app: string;
  readonly command?: string | undefined;
  readonly resources?: Readonly<Record<string, string>> | undefined;
  readonly schedule?: { readonly cron: string; readonly timeZone: string };
  readonly suspend?: boolean;
  readonly concurrencyPolicy?: string | undefined;
};

/** Result of importing a job or schedule; `problem` is the reason of a rejection. */
export type Imported = Pick<Planned, 'job' | 'expression' | 'name'> & {
  readonly cron: string | undefined;
  readonly result: 'created' | 'to be created' | 'written' | 'unchanged' | 'rejected';
  readonly problem?: string;
};

/** Row of a plan, with this result. */
export const rowOf = <const R extends Imported['result']>(planned: Planned, result: R, problem?: string) => ({
  ...{ job: planned.job, expression: planned.expression, name: planned.name },
  ...{ cron: 'body' in planned ? planned.body.schedule?.cron : undefined, result },
  ...(problem === undefined ? {} : { problem: problem.replace(/\.$/, '') }),
});

/** Reason for which the API would reject a job, whatever its app is; `undefined` for a sound one. */
export function problemOf(body: JobBody): string | undefined {
  const parsed = parse(JobSpec, body, 'body');
  return parsed.ok ? undefined : describeFields(parsed.errors);
}
