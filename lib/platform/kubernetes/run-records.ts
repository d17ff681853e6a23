import * as v from 'valibot';
import { GROUP, LABEL, MANAGED_BY } from '../labels.ts';
import { childName } from '../names.ts';
import { Timestamp } from '../quantities.ts';
import { Metadata } from './objects.ts';

/** Field of a status, which anybody with the right to may have written: one that Tekton would not write is ignored. */
const field = <const S extends v.GenericSchema>(schema: S) => v.fallback(v.optional(schema), undefined);

const listOf = <const S extends v.GenericSchema>(item: S) => v.fallback(v.optional(v.array(item), []), []);

const Conditions = listOf(
  v.object({
    type: v.string(),
    status: v.picklist(['True', 'False', 'Unknown']),
    reason: v.optional(v.string()),
    message: v.optional(v.string()),
  }),
);
type Conditions = v.InferOutput<typeof Conditions>;

/** Tekton's condition `Succeeded`, as conditions and printer columns have it. */
type Succeeded = Pick<Conditions[number], 'status' | 'reason' | 'message'>;

const succeeded = (conditions: Conditions): Succeeded | undefined =>
  conditions.find(({ type }) => type === 'Succeeded');

const PipelineRun = v.object({
  metadata: Metadata,
  status: field(
    v.object({
      conditions: Conditions,
      completionTime: field(Timestamp),
      childReferences: listOf(v.object({ name: v.string() })),
      results: listOf(v.object({ name: v.string(), value: v.unknown() })),
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
  running: v.optional(v.object({ startedAt: field(Timestamp) })),
  terminated: v.optional(
    v.object({
      exitCode: v.pipe(v.number(), v.integer()),
      reason: v.optional(v.string()),
      // Tekton writes null for a container that never ran.
      startedAt: field(Timestamp),
      finishedAt: field(Timestamp),
    }),
  ),
});

const TaskRun = v.object({
  metadata: Metadata,
  status: field(
    v.object({
      conditions: Conditions,
      completionTime: field(Timestamp),
      podName: field(v.string()),
      steps: listOf(Step),
    }),
  ),
});

/** A run, by what its TaskRun must say of its owner. */
export type RunRef = { readonly name: string; readonly uid: string };

/**
 * Reads the TaskRun of a pipeline's task with all of its steps. `undefined` for one that no run of `runs` owns, or that has
 * another name than Tekton gives: label and owner may be written by others, and a name is there once.
 */
export function toTaskRun(object: unknown, runs: readonly RunRef[], pipelineTask: string) {
  const { metadata, status } = v.parse(TaskRun, object);
  const { name, ownerReferences } = metadata;
  const owner = runs.find(({ uid }) => ownerReferences.some((reference) => reference.uid === uid));
  if (owner === undefined || name !== childName(owner.name, `-${pipelineTask}`)) return undefined;
  return {
    name,
    run: owner.name,
    // Tekton writes an empty name until there is a pod, and others may write any text.
    pod: status?.podName === childName(name, '-pod') ? status.podName : undefined,
    condition: succeeded(status?.conditions ?? []),
    completedAt: status?.completionTime,
    steps: (status?.steps ?? []).map(({ name, terminationReason, waiting, running, terminated }) => ({
      ...{ name, terminated, ending: terminationReason },
      waitingFor: waiting?.message,
      runningSince: running?.startedAt,
    })),
  };
}
