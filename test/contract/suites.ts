import { admission } from './admission.contract.ts';
import { cancelling } from './cancelling.contract.ts';
import { changes } from './changes.contract.ts';
import { crons, laterRules } from './crons.contract.ts';
import { deletedPods } from './deleted-pods.contract.ts';
import { earlierLists } from './earlier-lists.contract.ts';
import { endings } from './endings.contract.ts';
import { jobs } from './jobs.contract.ts';
import { listedRuns } from './listed-runs.contract.ts';
import { lists } from './lists.contract.ts';
import { logs } from './logs.contract.ts';
import { objects } from './objects.contract.ts';
import { ownership } from './ownership.contract.ts';
import { pruning } from './prune.contract.ts';
import { rights } from './rights.contract.ts';
import { runs } from './runs.contract.ts';
import { steps } from './steps.contract.ts';
import { taskEnds } from './task-ends.contract.ts';
import { timeouts } from './timeouts.contract.ts';
import { unchanged } from './unchanged.contract.ts';
import { validation } from './validation.contract.ts';

/**
 * Kubernetes and Tekton behaviour that the functions, their adapters and kubectl need. Each group is one test file
 * on the embedded cluster.
 */
export const CONTRACT = {
  objects: [
    ...[objects, changes, lists, earlierLists, validation, crons, laterRules],
    ...[rights, admission, ownership, unchanged],
  ],
  runs: [jobs, runs, listedRuns, cancelling, logs],
  pruning: [pruning],
  ends: [endings, timeouts, taskEnds, steps, deletedPods],
} as const;
