import { ANNOTATION, LABEL } from '../platform/labels.ts';
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

type Why = { readonly reason: string; readonly message: string };

/** What a build came to. Without its TaskRun, why it failed is only what the run itself tells. */
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

/** The image of a build that succeeded; `undefined` where its run does not tell it. */
export const builtImageOf = ({ name, repository, digest, processes }: BuildRecord): BuiltImage | undefined =>
  digest === undefined || repository === ''
    ? undefined
    : { image: `${repository}@${digest}`, build: name, processes: processes ?? [] };

const buildStartOf = ({ runningSince, terminated }: BuildStep): string | undefined =>
  terminated?.startedAt ?? runningSince;

const SKIPPED = 'Skipped';

/** The last step that has begun. */
function phaseOf(steps: readonly BuildStep[]): Build['phase'] {
  const begun = steps.filter((step) => buildStartOf(step) !== undefined && step.ending !== SKIPPED);
  // Tekton's steps wait inside their containers for their turn: what counts is which have ended.
  const next = begun.find(({ terminated }) => terminated === undefined) ?? begun.at(-1);
  return PHASES.find((phase) => phase === next?.name);
}

/** The step that failed: the first that neither did what it should nor was left out. */
const causeOf = (steps: readonly BuildStep[]): BuildStep | undefined =>
  steps.find(({ terminated, ending }) =>
    ending === undefined
      ? terminated !== undefined && terminated.exitCode !== 0
      : ending !== 'Completed' && ending !== SKIPPED,
  );

function buildStateOf(
  run: BuildRecord,
  taskRun?: BuildTaskRun,
): { readonly state: BuildState; readonly why?: Pick<Build, 'reason' | 'message'> } {
  const cause = causeOf(taskRun?.steps ?? []);
  const waiting = taskRun?.steps.find(({ waitingFor }) => waitingFor !== undefined);
  const task = toTask(
    run,
    taskRun && { ...taskRun, ...runningOf(taskRun), ...cause, ...imageNameOf(taskRun, waiting) },
  );
  if (task.state === 'timedOut') return { state: 'failed', why: TIMEOUT };
  if (task.state === 'cancelled') return { state: 'cancelled', why: whyCancelled(task.reason) };
  // The run takes its results over from its TaskRun a moment after that has ended.
  if (task.state === 'succeeded' && isActive(run)) return { state: 'running' };
  if (task.state === 'succeeded')
    return builtImageOf(run) === undefined ? { state: 'failed', why: NO_DIGEST } : { state: 'succeeded' };
  if (task.state === 'failed') return { state: 'failed', why: whyFailed(task.reason, task.message, cause) };
  return { state: task.state, why: { reason: task.reason, message: task.message } };
}

const imageNameOf = ({ name }: BuildTaskRun, waiting: BuildStep | undefined) => ({
  name,
  waitingFor: waiting?.waitingFor,
});

const runningOf = ({ steps }: BuildTaskRun) => ({
  runningSince: steps.map(buildStartOf).find((start) => start !== undefined),
});

const TIMEOUT: Why = {
  reason: 'BuildTimeout',
  message: 'The build took longer than this stage allows (buildTimeout). See its log for what it waited for.',
};

const NO_DIGEST: Why = {
  reason: 'PlatformApi',
  message:
    'The build ended well and told no digest of its image: the builder speaks another platform API. For the operator.',
};

const CANCELLED: Readonly<Record<string, string>> = {
  Overtaken: 'A newer source of the app was pushed, which is built in its place.',
  PendingTimeout:
    'The build could not start within 30 minutes: no room on a node, or the builder image cannot be pulled. For the operator.',
};

const whyCancelled = (reason = 'Cancelled'): Why => ({
  reason,
  message: CANCELLED[reason] ?? 'The build was cancelled. Push again to build it.',
});

const UNREACHABLE: Why = {
  reason: 'RegistryUnreachable',
  message:
    'The registry cannot be reached, or takes no credentials of this stage: the log of step analyze says which. For the operator.',
};
const RUN_IMAGE: Why = {
  reason: 'RunImageMissing',
  message: 'The run image is not in the registry. For the operator: see the setting runImage of the stage.',
};
const API: Why = {
  reason: 'PlatformApi',
  message:
    'The builder does not speak the platform API of the build. For the operator: see the setting builder.',
};
const NO_BUILDPACK: Why = {
  reason: 'NoBuildpack',
  message:
    'The builder knows no app like this one; the log of step detect says what it missed. Is --path the top folder of the app?',
};

/** By step and exit code; build.md has where each was seen. */
const CAUSE: Readonly<Record<string, Why>> = {
  'fetch 15': { reason: 'SourceGone', message: 'The upload is gone or has expired. Push again.' },
  'fetch 16': {
    reason: 'SourceChecksum',
    message: 'The upload is damaged: its checksum is wrong. Push again.',
  },
  'fetch 17': { reason: 'SourceFormat', message: 'The upload is not a tar.gz. Push again.' },
  'detect 20': NO_BUILDPACK,
  'detect 21': {
    ...NO_BUILDPACK,
    message: 'A buildpack failed to look at the app; see the log of step detect.',
  },
  'build 51': {
    reason: 'BuildFailed',
    message: 'A buildpack could not build the app; the last lines of the log say why.',
  },
  'analyze 1': UNREACHABLE,
  'export 3': RUN_IMAGE,
};

function whyFailed(reason: string | undefined, message: string | undefined, cause?: BuildStep): Why {
  if (reason === 'Evicted')
    return {
      reason: 'TooLarge',
      message:
        'The app and what its build makes of it need more disk than this stage gives a build (buildDisk). Its log is gone with its pod.',
    };
  const { terminated } = cause ?? {};
  if (reason === 'OOMKilled' || terminated?.reason === 'OOMKilled')
    return {
      reason: 'OOMKilled',
      message: 'The build needs more memory than this stage gives it (buildMemory).',
    };
  if (cause === undefined || terminated === undefined || reason === 'ImagePullFailed')
    return { reason: reason ?? 'Failed', message: message ?? 'The build could not run. For the operator.' };
  const code = terminated.exitCode;
  if (code === 11 || code === 12) return API;
  return (
    CAUSE[`${cause.name} ${code}`] ?? {
      reason: 'BuildFailed',
      message: `Step ${cause.name} ended with exit code ${code}; the last lines of the log say why.`,
    }
  );
}
