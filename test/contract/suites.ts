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
import type { Target } from './target.ts';
import { taskEnds } from './task-ends.ts';
import { timeouts } from './timeouts.ts';
import { unchanged } from './unchanged.ts';
import { validation } from './validation.ts';

const SUITES = [
  objects,
  changes,
  lists,
  earlierLists,
  validation,
  rights,
  admission,
  ownership,
  jobs,
  runs,
  listedRuns,
  endings,
  timeouts,
  taskEnds,
  cancelling,
  pruning,
  logs,
  steps,
  unchanged,
];

/** All that the functions, their adapters and kubectl rely on, wherever they run. */
export const everySuite = (target: () => Target): void => {
  for (const suite of SUITES) suite(target);
};
