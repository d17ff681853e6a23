import { objectPath } from '../../support/paths.ts';
import type { Target } from './target.ts';

/** Differences between the supported versions of Tekton. */
const KNOWN = {
  '1.9': {
    /** Reasons of a TaskRun whose container ended otherwise than by itself with 0. */
    reasons: { stepFailed: 'Failed', stepOutOfMemory: 'Failed', sidecarFailed: 'Failed', evicted: 'Failed' },
    /** A TaskRun whose step failed says so of a sidecar that had failed too. */
    namesFailedSidecar: false,
    /** A TaskRun that is cancelled or out of time says what it was waiting for. */
    keepsPreviousStatus: false,
    /** A run that failed has the results of its task. */
    keepsResults: false,
    /** A limit for all tasks of a run that is longer than an hour is that of its TaskRun. */
    takesTasksTimeout: false,
    /** A parameter of a pipeline's task may have any `$(…)`. */
    takesShellInParams: true,
    /** A run with a generated name is labelled by what its name begins with. */
    labelsByGenerateName: false,
  },
  '1.15': {
    reasons: {
      stepFailed: 'StepFailed',
      stepOutOfMemory: 'StepOOM',
      sidecarFailed: 'SidecarFailed',
      evicted: 'PodEvicted',
    },
    namesFailedSidecar: true,
    keepsPreviousStatus: true,
    keepsResults: true,
    takesTasksTimeout: true,
    takesShellInParams: false,
    labelsByGenerateName: true,
  },
} as const;

export type Tekton = (typeof KNOWN)[keyof typeof KNOWN];

/** The Tekton of a cluster, by what its ConfigMap says. Throws for a version that the suites know nothing of. */
export async function tektonOf(target: Target): Promise<Tekton> {
  const path = objectPath('configmaps', 'tekton-pipelines', 'pipelines-info');
  const { status, body, text } = await target.as('admin').get(path);
  const version = body.data?.version;
  if (status !== 200 || version === undefined) throw new Error(`GET ${path}: ${status} ${text}`);
  const known = Object.entries(KNOWN).find(([release]) => version.startsWith(`v${release}.`));
  if (known === undefined) {
    throw new Error(
      `The cluster has Tekton ${version}; the suites know ${Object.keys(KNOWN).join(' and ')}.`,
    );
  }
  return known[1];
}
