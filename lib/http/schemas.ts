import * as v from 'valibot';
import { Sha256 } from '../builds/source.ts';
import { AppliedJobs } from '../jobs/applied-job.ts';
import { DayOrTime, MAX_OCCURRENCES } from '../jobs/backfill-range.ts';
import { Flag as BodyFlag, ConcurrencyPolicy, JOB_FIELDS, StartingDeadlineSeconds } from '../jobs/job.ts';
import { AtText, BOTH, CronText, EITHER, NEITHER, ZoneName } from '../jobs/job-schedule.ts';
import { show } from '../platform/json.ts';
import { Name } from '../platform/names.ts';
import { checkField, fields, textLike, wholeNumber } from '../platform/schema.ts';
import { RUN_FIELDS } from '../tasks/run.ts';

export const InSpace = fields({ space: Name });
export const OfApp = fields({ space: Name, app: Name });
export const OfJob = fields({ space: Name, job: Name });
export const OfTask = fields({ space: Name, task: Name });

/** Id of a task: the suffix of its name. */
export const OfTaskId = fields({ space: Name, app: Name, id: Name });

/** A whole number in a query, where every value is a string. */
const Count = (most: number) =>
  v.pipe(
    v.string(),
    v.check(
      (value) => /^[1-9]\d{0,8}$/.test(value) && Number(value) <= most,
      (issue) => `${show(issue.input)} is not allowed: a whole number from 1 to ${most}.`,
    ),
    v.transform(Number),
    v.metadata({ type: 'integer', minimum: 1, maximum: most }),
  );

/** A cursor; continue tokens of Kubernetes have a few hundred characters. */
const Cursor = textLike(/^[\w.~+/=-]{1,4096}$/, 'the `cursor` of the previous response, unchanged.');

const MAX_ITEMS = 500;

/** Items of a page where the request has no `limit`. */
const DEFAULT_ITEMS = '50';
const Limit = v.pipe(
  Count(MAX_ITEMS),
  v.metadata({
    description:
      'Upper bound of the items of a page. Large items make a shorter one, since an answer has at most 5 MB: `cursor` alone tells that there are more.',
  }),
);
const Paged = { limit: v.optional(Limit, DEFAULT_ITEMS), cursor: v.optional(Cursor) };

/** Query of a list without a filter. */
export const PageQuery = fields(Paged);

const State = v.picklist(
  ['pending', 'running', 'succeeded', 'failed', 'cancelled', 'timedOut'],
  (issue) =>
    `${show(issue.input)} is not a state: pending, running, succeeded, failed, cancelled or timedOut.`,
);

export const TasksQuery = fields({
  app: v.optional(Name),
  job: v.optional(Name),
  state: v.optional(State),
  ...Paged,
});

export const HistoryQuery = fields({ state: v.optional(State), ...Paged });

const Flag = v.pipe(
  v.picklist(['true', 'false'], (issue) => `${show(issue.input)} is not allowed: true or false.`),
  v.transform((value) => value === 'true'),
);

/** Maximum number of newest tasks of each job in a list. */
const MAX_OUTCOMES = 100;

export const JobsQuery = fields({
  scheduled: v.optional(Flag),
  triggered: v.optional(Flag),
  failing: v.optional(Flag),
  app: v.optional(Name),
  outcomes: v.optional(Count(MAX_OUTCOMES)),
  ...Paged,
});

const MAX_TAIL_LINES = 100_000;
export const LogsQuery = fields({ tail: v.optional(Count(MAX_TAIL_LINES)), cursor: v.optional(Cursor) });

/** Body of run-task and run-job. With command and process the task's start is refused. */
export const RunBody = v.pipe(fields(RUN_FIELDS), v.metadata({ not: { required: ['command', 'process'] } }));

/** Body of backfill. */
export const BackfillBody = fields({
  from: DayOrTime,
  to: v.optional(DayOrTime),
  maxRunning: v.optional(wholeNumber(1, MAX_OCCURRENCES)),
  again: v.optional(BodyFlag),
  dryRun: v.optional(BodyFlag),
});

/** Body of apply-jobs. */
export const ApplyJobsBody = fields({
  jobs: AppliedJobs,
  prune: v.optional(BodyFlag),
  dryRun: v.optional(BodyFlag),
});

export const CreateJobBody = fields({ name: Name, ...JOB_FIELDS });

/** Body of schedule-job. Fields that are absent keep their value. */
export const ScheduleJobBody = v.pipe(
  fields({
    cron: v.optional(CronText),
    at: v.optional(AtText),
    timeZone: v.optional(ZoneName),
    concurrencyPolicy: v.optional(ConcurrencyPolicy),
    startingDeadlineSeconds: v.optional(StartingDeadlineSeconds),
  }),
  checkField('cron', ({ cron, at }) => cron !== undefined || at !== undefined, NEITHER),
  checkField('at', ({ cron, at }) => cron === undefined || at === undefined, BOTH),
  v.metadata(EITHER),
);

const WITH_THE_COMMAND = 'A task at a time takes no such field: write all of it into the command.';

/** Body of run-task for a time. The task's start is refused as that of run-task is. */
export const RunLaterBody = fields(
  {
    command: RUN_FIELDS.command,
    resources: RUN_FIELDS.resources,
    env: RUN_FIELDS.env,
    timeout: RUN_FIELDS.timeout,
    at: AtText,
    timeZone: v.optional(ZoneName, 'UTC'),
  },
  {
    args: WITH_THE_COMMAND,
    process: WITH_THE_COMMAND,
    name: 'A task at a time has no name of its own.',
  },
);

/** Maximum size of an upload in bytes: S3's limit for one request. A stage may allow less. */
const MAX_BYTES = 5 * 1024 ** 3;

/** Body of upload-source: SHA-256 and size in bytes of a tar.gz. */
export const UploadBody = fields({
  sha256: Sha256,
  size: v.pipe(
    wholeNumber(1, MAX_BYTES),
    v.metadata({ description: 'In bytes. The stage may allow less, and answers 413 to more.' }),
  ),
});
