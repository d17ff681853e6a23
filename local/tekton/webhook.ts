import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import type { Admission } from '../kubernetes/admission.ts';
import { at, type Draft, isRecord, type KubeObject } from '../kubernetes/object.ts';
import { PIPELINE_RUNS } from '../kubernetes/resources.ts';
import { badRequest } from '../kubernetes/status.ts';
import { conditionOf } from './conditions.ts';
import { parseDuration } from './duration.ts';
import { referenceOf } from './results.ts';
import { NOT_A_DURATION, RunSpec, UNSUPPORTED } from './run-schema.ts';
import { DNS_LABEL, NAMES_HELP, stepProblems } from './step-problems.ts';

const DEFAULT_TIMEOUT = '1h0m0s';
const HOUR_MS = 3_600_000;
const MAX_NAME_LENGTH = 63;
const STATUSES = ['Cancelled', 'CancelledRunFinally', 'StoppedRunFinally', 'PipelineRunPending'];

const denied = (webhook: string, why: string) =>
  badRequest(`admission webhook "${webhook}.pipeline.tekton.dev" denied the request: ${why}`);
const undecodable = (why: string) =>
  denied('webhook', `mutation failed: cannot decode incoming new object: ${why}`);
const refused = (why: string) => denied('validation.webhook', `validation failed: ${why}`);

/** Tekton's admission webhook for PipelineRuns, with the messages of 1.15. */
export const tektonWebhook: Admission = {
  mutate: (type, object) => (type === PIPELINE_RUNS ? withDefaults(object) : object),
  validate: (type, object, old) => {
    if (type === PIPELINE_RUNS) validate(object, old);
  },
};

function withDefaults(object: Draft): Draft {
  const spec = parseSpec(object);
  return {
    ...object,
    spec: {
      ...spec,
      timeouts: { ...spec.timeouts, pipeline: spec.timeouts?.pipeline ?? DEFAULT_TIMEOUT },
      taskRunTemplate: {
        ...spec.taskRunTemplate,
        serviceAccountName: spec.taskRunTemplate?.serviceAccountName || 'default',
      },
    },
  };
}

function parseSpec({ spec }: Draft): RunSpec {
  const parsed = v.safeParse(RunSpec, spec ?? {});
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const path = v.getDotPath(issue) ?? '';
  if (issue.message === UNSUPPORTED) {
    throw refused(`this Tekton runs one task and does not know this field: spec.${path}`);
  }
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    throw undecodable(`json: unknown field ${JSON.stringify(path.split('.').at(-1))}`);
  }
  if (issue.message === NOT_A_DURATION)
    throw undecodable(`time: invalid duration ${JSON.stringify(issue.input)}`);
  const found = Array.isArray(issue.input) ? 'array' : isRecord(issue.input) ? 'object' : typeof issue.input;
  const field = path === '' ? 'PipelineRun.spec' : `PipelineRun.spec.${path}`;
  throw undecodable(
    `json: cannot unmarshal ${found} into Go struct field ${field} of type ${issue.expected}`,
  );
}

function validate(object: Draft, old: KubeObject | undefined): void {
  const spec = parseSpec(object);
  if (old !== undefined) checkUpdate(object, spec, old);
  const problems = [
    ...((object.metadata.name ?? '').length > MAX_NAME_LENGTH
      ? ['Invalid resource name: length must be no more than 63 characters: metadata.name']
      : []),
    ...specProblems(spec),
  ];
  if (problems.length > 0) throw refused(problems.join('\n'));
}

/** A run's spec is immutable except for its status field, and after its end completely. */
function checkUpdate({ spec: sent }: Draft, { status }: RunSpec, old: KubeObject): void {
  if (isDeepStrictEqual(sent, old.spec)) return;
  const condition = conditionOf(old);
  if (condition?.status === 'True' || condition?.status === 'False') {
    throw refused('invalid value: Once the PipelineRun is complete, no updates are allowed: spec');
  }
  if (!isDeepStrictEqual(withoutStatus(sent), withoutStatus(old.spec))) {
    throw refused('invalid value: Once the PipelineRun has started, only status updates are allowed: spec');
  }
  if (status === 'PipelineRunPending' && at(old, 'status', 'startTime') !== undefined) {
    throw refused('invalid value: PipelineRun cannot be Pending after it is started: spec.status');
  }
}

const withoutStatus = (spec: unknown): unknown => {
  const { status: _, ...rest } = isRecord(spec) ? spec : {};
  return rest;
};

function specProblems({ pipelineSpec, status, timeouts }: RunSpec): string[] {
  if (pipelineSpec === undefined) {
    return ['expected exactly one, got neither: spec.pipelineRef, spec.pipelineSpec'];
  }
  const tasks = pipelineSpec.tasks ?? [];
  if (tasks.length === 0) {
    return [
      `expected at least one, got none: ${['description', 'params', 'resources', 'tasks', 'workspaces'].map((field) => `spec.pipelineSpec.${field}`).join(', ')}`,
    ];
  }
  return [
    ...(status && !STATUSES.includes(status)
      ? [
          `invalid value: ${status} should be Cancelled, CancelledRunFinally, StoppedRunFinally or PipelineRunPending: spec.status`,
        ]
      : []),
    ...timeoutProblems(timeouts),
    ...(status === 'CancelledRunFinally' || status === 'StoppedRunFinally'
      ? [`this Tekton runs no finally tasks; cancel with Cancelled: spec.status`]
      : []),
    ...(tasks.length > 1 ? ['this Tekton runs one task: spec.pipelineSpec.tasks'] : []),
    ...tasks.slice(0, 1).flatMap(taskProblems),
    ...(pipelineSpec.results ?? []).flatMap((result, index) => {
      const reference = referenceOf(result);
      if (reference !== undefined && tasks.some(({ name }) => name === reference.task)) return [];
      return [`invalid value: referencing a nonexistent task: spec.pipelineSpec.results[${index}].value`];
    }),
  ];
}

function timeoutProblems({ pipeline, tasks }: NonNullable<RunSpec['timeouts']> = {}): string[] {
  const [pipelineMs, tasksMs] = [pipeline, tasks].map((limit = '') => parseDuration(limit));
  if (pipelineMs !== undefined && pipelineMs < 0)
    return [`invalid value: ${pipeline} should be >= 0: spec.timeouts.pipeline`];
  if (tasksMs === undefined) return [];
  if (pipelineMs && (tasksMs === 0 || tasksMs > pipelineMs))
    return [`invalid value: ${tasks} should be <= pipeline duration: spec.timeouts.tasks`];
  return tasksMs === 0 || tasksMs > HOUR_MS
    ? []
    : ['this Tekton ends a run by the limits of run and task alone: spec.timeouts.tasks'];
}

type PipelineTask = NonNullable<NonNullable<RunSpec['pipelineSpec']>['tasks']>[number];

function taskProblems({ name = '', taskSpec, retries = 0 }: PipelineTask): string[] {
  const path = 'spec.pipelineSpec.tasks[0]';
  const badName = DNS_LABEL.test(name)
    ? []
    : [
        `invalid value ${JSON.stringify(name)}: ${path}.name\nPipeline Task name must be a valid DNS Label.${NAMES_HELP}`,
      ];
  if (taskSpec === undefined) {
    return [...badName, `expected exactly one, got neither: ${path}.taskRef, ${path}.taskSpec`];
  }
  const steps = taskSpec.steps ?? [];
  return [
    ...badName,
    ...(retries > 0 ? [`this Tekton does not retry: ${path}.retries`] : []),
    ...(steps.length === 0 ? [`missing field(s): ${path}.taskSpec.steps`] : []),
    ...stepProblems(taskSpec, `${path}.taskSpec`),
  ];
}
