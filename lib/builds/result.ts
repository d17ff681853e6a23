import { ANNOTATION, LABEL } from '../platform/labels.ts';
import { exitCodeText } from '../tasks/messages.ts';
import { isLost } from '../tasks/reason.ts';
import { isActive, toTask } from '../tasks/task.ts';
import {
  type Build,
  type BuildRecord,
  type BuildState,
  type BuildStep,
  type BuildTaskRun,
  type BuiltImage,
  isEnded,
  PHASES,
} from './build.ts';

type BuildReason = { readonly reason: string; readonly message: string };

/** Derives the build from its run. Without the TaskRun, the reason of a failure comes from the run's condition alone. */
export function toBuild(run: BuildRecord, taskRun?: BuildTaskRun): Build {
  const { state, why } = buildStateOf(run, taskRun);
  const steps = taskRun?.steps ?? [];
  const image = state === 'succeeded' ? builtImageOf(run) : undefined;
  return {
    name: run.name,
    app: run.labels[LABEL.app] ?? '',
    sha256: run.sha256,
    state,
    ...why,
    ...(image === undefined ? {} : { image: image.image, processes: image.processes }),
    createdAt: run.createdAt,
    startedAt: steps.map(buildStartOf).find((start) => start !== undefined),
    finishedAt: isEnded(state) ? run.completedAt : undefined,
    phase: state === 'running' ? phaseOf(steps) : undefined,
    requestedBy: run.annotations[ANNOTATION.requestedBy],
  };
}

/** Image of a build that succeeded; `undefined` when its run has no digest. */
export const builtImageOf = ({
  name,
  id,
  repository,
  digest,
  processes,
}: BuildRecord): BuiltImage | undefined =>
  digest === undefined || repository === ''
    ? undefined
    : { image: `${repository}@${digest}`, build: name, id, processes: processes ?? [] };

const buildStartOf = ({ runningSince, terminated }: BuildStep): string | undefined =>
  terminated?.startedAt ?? runningSince;

const SKIPPED = 'Skipped';

/** Current step: the first started one that has not ended, else the last. */
function phaseOf(steps: readonly BuildStep[]): Build['phase'] {
  const started = steps.filter((step) => buildStartOf(step) !== undefined && step.ending !== SKIPPED);
  // Tekton starts all containers at once and runs their steps in order: only the ends count.
  const next = started.find(({ terminated }) => terminated === undefined) ?? started.at(-1);
  return PHASES.find((phase) => phase === next?.name);
}

/** Step that failed: the first that was neither completed nor skipped. */
const failedStepOf = (steps: readonly BuildStep[]): BuildStep | undefined =>
  steps.find(({ terminated, ending }) =>
    ending === undefined
      ? terminated !== undefined && terminated.exitCode !== 0
      : ending !== 'Completed' && ending !== SKIPPED,
  );

function buildStateOf(
  run: BuildRecord,
  taskRun?: BuildTaskRun,
): { readonly state: BuildState; readonly why?: Pick<Build, 'reason' | 'message'> } {
  const failed = failedStepOf(taskRun?.steps ?? []);
  const waiting = taskRun?.steps.find(({ waitingFor }) => waitingFor !== undefined);
  const task = toTask(
    run,
    taskRun && { ...taskRun, ...runningOf(taskRun), ...failed, ...imageNameOf(taskRun, waiting) },
  );
  if (task.state === 'timedOut') return { state: 'failed', why: TIMEOUT };
  if (task.state === 'cancelled') return { state: 'cancelled', why: cancelReason(task.reason) };
  // The run copies the results of its TaskRun shortly after that has ended.
  if (task.state === 'succeeded' && isActive(run)) return { state: 'running' };
  // Tekton may write an older status over that of a TaskRun that has failed its run, and ends it again a moment later.
  if (task.state === 'failed' && taskRun?.condition?.status === 'Unknown') return { state: 'running' };
  if (task.state === 'succeeded')
    return builtImageOf(run) === undefined ? { state: 'failed', why: NO_DIGEST } : { state: 'succeeded' };
  if (task.state === 'failed')
    return { state: 'failed', why: failureReason(task.reason, task.message, failed) };
  return { state: task.state, why: { reason: task.reason, message: task.message } };
}

const imageNameOf = ({ name }: BuildTaskRun, waiting: BuildStep | undefined) => ({
  name,
  waitingFor: waiting?.waitingFor,
});

const runningOf = ({ steps }: BuildTaskRun) => ({
  runningSince: steps.map(buildStartOf).find((start) => start !== undefined),
});

const TIMEOUT: BuildReason = {
  reason: 'BuildTimeout',
  message: 'The build took longer than this stage allows (buildTimeout). See its log.',
};

const NO_DIGEST: BuildReason = {
  reason: 'PlatformApi',
  message:
    'The build succeeded without a digest of its image: the builder uses another platform API. For the operator.',
};

const CANCELLED: Readonly<Record<string, string>> = {
  Superseded: 'A newer source of the app was pushed and is built instead.',
  PendingTimeout:
    'The build could not start within 30 minutes: no room on a node, or the builder image cannot be pulled. For the operator.',
};

const cancelReason = (reason = 'Cancelled'): BuildReason => ({
  reason,
  message: CANCELLED[reason] ?? 'The build was cancelled. Push again to build it.',
});

const UNREACHABLE: BuildReason = {
  reason: 'RegistryUnreachable',
  message:
    'The registry cannot be reached, rejects the credentials of this stage, or lacks the repository of the space: see the ' +
    'log of step analyze. For the operator.',
};
const RUN_IMAGE: BuildReason = {
  reason: 'RunImageMissing',
  message: 'The run image is not in the registry. For the operator: see the setting runImage of the stage.',
};
const API: BuildReason = {
  reason: 'PlatformApi',
  message:
    'The builder does not support the platform API of the build. For the operator: see the setting builder.',
};
const NO_BUILDPACK: BuildReason = {
  reason: 'NoBuildpack',
  message:
    'No buildpack of the builder fits this app: see the log of step detect. Is --path the top folder of the app?',
};

const TOO_LARGE = 'The app and the files of its build need more disk than this stage allows (buildDisk).';

/** Reasons by step and exit code of the buildpack lifecycle. */
const REASONS: Readonly<Record<string, BuildReason>> = {
  'fetch 15': { reason: 'SourceGone', message: 'The upload is gone or has expired. Push again.' },
  'fetch 16': {
    reason: 'SourceChecksum',
    message: 'The upload is damaged: its checksum is wrong. Push again.',
  },
  'fetch 17': {
    reason: 'SourceFormat',
    message: 'The upload is not a tar.gz that can be unpacked: see the log of step fetch. Push again.',
  },
  'fetch 18': { reason: 'TooLarge', message: `${TOO_LARGE} The source alone unpacks to more.` },
  'detect 20': NO_BUILDPACK,
  'detect 21': {
    ...NO_BUILDPACK,
    message: 'A buildpack failed to inspect the app: see the log of step detect.',
  },
  'build 51': {
    reason: 'BuildFailed',
    message: 'A buildpack could not build the app: see the last lines of the log.',
  },
  'analyze 1': UNREACHABLE,
  'export 3': RUN_IMAGE,
};

function failureReason(
  reason: string | undefined,
  message: string | undefined,
  failed?: BuildStep,
): BuildReason {
  if (reason === 'Evicted')
    return { reason: 'TooLarge', message: `${TOO_LARGE} The log is gone with the pod.` };
  const { terminated } = failed ?? {};
  if (reason === 'OOMKilled' || terminated?.reason === 'OOMKilled')
    return {
      reason: 'OOMKilled',
      message: 'The build needs more memory than this stage allows (buildMemory).',
    };
  if (failed === undefined || terminated === undefined || isLost(reason) || reason === 'ImagePullFailed')
    return { reason: reason ?? 'Failed', message: message ?? 'The build could not run. For the operator.' };
  const code = terminated.exitCode;
  if (code === 11 || code === 12) return API;
  return (
    REASONS[`${failed.name} ${code}`] ?? {
      reason: 'BuildFailed',
      message: `Step ${failed.name} failed: exit code ${exitCodeText(code)}. See the last lines of the log.`,
    }
  );
}
