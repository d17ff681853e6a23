import * as v from 'valibot';
import { GROUP, LABEL, MANAGED_BY } from '../labels.ts';
import { Metadata, RUN_LABEL } from './objects.ts';

const Conditions = v.optional(
  v.array(
    v.object({
      type: v.string(),
      status: v.picklist(['True', 'False', 'Unknown']),
      reason: v.optional(v.string()),
      message: v.optional(v.string()),
    }),
  ),
  [],
);
type Conditions = v.InferOutput<typeof Conditions>;

/** Tekton's condition `Succeeded`, as conditions and printer columns have it. */
type Succeeded = Pick<Conditions[number], 'status' | 'reason' | 'message'>;

const succeeded = (conditions: Conditions): Succeeded | undefined =>
  conditions.find(({ type }) => type === 'Succeeded');

const PipelineRun = v.object({
  metadata: Metadata,
  status: v.optional(
    v.object({
      conditions: Conditions,
      completionTime: v.optional(v.string()),
      childReferences: v.optional(v.array(v.object({ name: v.string() })), []),
      results: v.optional(v.array(v.object({ name: v.string(), value: v.unknown() })), []),
    }),
  ),
});

/** Returns the uid of the App or Job that owns a run with label `id`; `undefined` for a run that Taskbridge did not create. */
function ownerOf({ labels, ownerReferences }: Metadata, id: string): string | undefined {
  if (labels[LABEL.managedBy] !== MANAGED_BY) return undefined;
  if (labels[LABEL.app] === undefined || labels[id] === undefined) return undefined;
  const owner = ownerReferences.find(
    ({ apiVersion, kind }) => apiVersion.startsWith(`${GROUP}/`) && (kind === 'App' || kind === 'Job'),
  );
  return owner?.uid;
}

/**
 * Reads a row of a list: the fields that its metadata has, and the condition from Tekton's printer columns. `id`: label
 * that the run must carry, of a task or a build. `undefined` for a run that Taskbridge did not create.
 */
export function toOwnRow(metadata: Metadata, condition: Succeeded | undefined, id: string) {
  const ownerUid = ownerOf(metadata, id);
  if (ownerUid === undefined) return undefined;
  const { namespace: space, name, uid, creationTimestamp: createdAt, labels, annotations } = metadata;
  const deleting = metadata.deletionTimestamp !== undefined;
  return { space, name, uid, createdAt, deleting, labels, annotations, ownerUid, condition };
}

/** Reads a PipelineRun that carries the label `id`, with the results of its steps; `undefined` as {@link toOwnRow}. */
export function toOwnRun(object: unknown, id: string) {
  const { metadata, status } = v.parse(PipelineRun, object);
  const row = toOwnRow(metadata, succeeded(status?.conditions ?? []), id);
  return (
    row && {
      ...row,
      completedAt: status?.completionTime,
      taskRun: status?.childReferences[0]?.name,
      results: new Map((status?.results ?? []).map(({ name, value }) => [name, value])),
    }
  );
}

const Step = v.object({
  name: v.optional(v.string(), ''),
  terminationReason: v.optional(v.string()),
  waiting: v.optional(v.object({ message: v.optional(v.string()) })),
  running: v.optional(v.object({ startedAt: v.optional(v.string()) })),
  terminated: v.optional(
    v.object({
      exitCode: v.number(),
      reason: v.optional(v.string()),
      startedAt: v.nullish(v.string()),
      finishedAt: v.nullish(v.string()),
    }),
  ),
});

const TaskRun = v.object({
  metadata: Metadata,
  status: v.optional(
    v.object({
      conditions: Conditions,
      podName: v.optional(v.string()),
      steps: v.optional(v.array(Step), []),
    }),
  ),
});

/** Reads a TaskRun with all of its steps. */
export function toTaskRun(object: unknown) {
  const { metadata, status } = v.parse(TaskRun, object);
  return {
    name: metadata.name,
    run: metadata.labels[RUN_LABEL] ?? '',
    // Tekton writes an empty name until there is a pod.
    pod: status?.podName || undefined,
    condition: succeeded(status?.conditions ?? []),
    steps: (status?.steps ?? []).map(({ name, terminationReason, waiting, running, terminated }) => ({
      ...{ name, terminated, ending: terminationReason },
      waitingFor: waiting?.message,
      runningSince: running?.startedAt,
    })),
  };
}
