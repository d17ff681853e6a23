import * as v from 'valibot';
import { Name } from '../domain/names.ts';
import { fields, show, textLike } from '../domain/schema.ts';

export const InSpace = fields({ space: Name });
export const OfApp = fields({ space: Name, app: Name });
export const OfJob = fields({ space: Name, job: Name });
export const OfTask = fields({ space: Name, task: Name });

/** A task's id: the end of its name. */
const TaskId = textLike(/^[a-z0-9]{1,20}$/, 'lower-case letters and digits, at most 20.');
export const OfTaskId = fields({ space: Name, app: Name, id: TaskId });

/** A whole number in a query, where every value is a text. */
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

/** Kubernetes' continue tokens are a few hundred characters long. */
const Cursor = textLike(/^[\w.~+/=-]{1,4096}$/, 'the `cursor` of the last answer, unchanged.');

const MOST_ITEMS = 500;

/** Items of a part of a list, unless the request says how many. */
const DEFAULT_ITEMS = '50';
const Paged = { limit: v.optional(Count(MOST_ITEMS), DEFAULT_ITEMS), cursor: v.optional(Cursor) };

export const AppsQuery = fields(Paged);

const State = v.picklist(
  ['pending', 'running', 'succeeded', 'failed', 'cancelled', 'timedOut'],
  (issue) => `${show(issue.input)} is no state: pending, running, succeeded, failed, cancelled or timedOut.`,
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

/** As many outcomes as a glance takes in. */
const MOST_OUTCOMES = 100;

export const JobsQuery = fields({
  scheduled: v.optional(Flag),
  triggered: v.optional(Flag),
  app: v.optional(Name),
  outcomes: v.optional(Count(MOST_OUTCOMES)),
  ...Paged,
});

const MOST_TAIL_LINES = 100_000;
export const LogsQuery = fields({ tail: v.optional(Count(MOST_TAIL_LINES)), cursor: v.optional(Cursor) });
