import { admission } from './admission.ts';
import { cancelling } from './cancelling.ts';
import { changes } from './changes.ts';
import { earlierLists } from './earlier-lists.ts';
import { endings } from './endings.ts';
import { jobs } from './jobs.ts';
import { listedRuns } from './listed-runs.ts';
import { lists } from './lists.ts';
import { logs } from './logs.ts';
import { objects } from './objects.ts';
import { ownership } from './ownership.ts';
import { pruning } from './prune.ts';
import { rights } from './rights.ts';
import { runs } from './runs.ts';
import { steps } from './steps.ts';
import { taskEnds } from './task-ends.ts';
import { timeouts } from './timeouts.ts';
import { unchanged } from './unchanged.ts';
import { validation } from './validation.ts';

/** What the functions, their adapters and kubectl rely on, wherever they run: a test file each on the embedded cluster. */
export const CONTRACT = {
  objects: [objects, changes, lists, earlierLists, validation, rights, admission, ownership, unchanged],
  runs: [jobs, runs, listedRuns, endings, timeouts, taskEnds, cancelling, pruning, logs, steps],
} as const;
