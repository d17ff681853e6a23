import * as v from 'valibot';
import { Name } from '../platform/names.ts';
import { fields, listOfNamed } from '../platform/schema.ts';
import { Flag, JOB_FIELDS } from './job.ts';

/** Most jobs of an apply. The limit of a body comes first for large ones. */
const MAX_JOBS = 500;

const { app: _, ...OF_APPLIED } = JOB_FIELDS;

/** Jobs of an app as a file has them. One without `suspend` stays suspended or not, as it is. */
export const AppliedJobs = listOfNamed(
  fields({ name: Name, ...OF_APPLIED, suspend: v.optional(Flag) }),
  MAX_JOBS,
);
export type AppliedJob = v.InferOutput<typeof AppliedJobs>[number];
