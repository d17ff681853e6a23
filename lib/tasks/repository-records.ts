import * as v from 'valibot';
import type { BuildTaskRun } from '../builds/build.ts';
import { Metadata, RUN_LABEL } from '../platform/kubernetes/objects.ts';
import { GROUP, LABEL, MANAGED_BY } from '../platform/labels.ts';
import type { RunRow } from './runs.ts';
import type { Condition, RunRecord, TaskRunRecord } from './task.ts';

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

const succeeded = (conditions: v.InferOutput<typeof Conditions>): Condition | undefined =>
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

/** uid of the App or Job that owns a run of ours with this label; `undefined` for a run of somebody else. */
function ownerOf({ labels, ownerReferences }: Metadata, id: string): string | undefined {
  if (labels[LABEL.managedBy] !== MANAGED_BY) return undefined;
  if (labels[LABEL.app] === undefined || labels[id] === undefined) return undefined;
  const owner = ownerReferences.find(
    ({ apiVersion, kind }) => apiVersion.startsWith(`${GROUP}/`) && (kind === 'App' || kind === 'Job'),
  );
  return owner?.uid;
}

/** A task's run; `undefined` for somebody else's, which does not exist for any verb. */
export function toRunRecord(object: unknown): RunRecord | undefined {
  const own = toOwnRun(object, LABEL.taskId);
  if (own === undefined) return undefined;
  const { results: _, ...run } = own;
  return run;
}

/** A run of ours that carries the label `id`, with what its steps told at its end. */
export function toOwnRun(
  object: unknown,
  id: string,
): (RunRecord & { readonly results: ReadonlyMap<string, unknown> }) | undefined {
  const { metadata, status } = v.parse(PipelineRun, object);
  const row = toRunRow(metadata, succeeded(status?.conditions ?? []), id);
  return (
    row && {
      ...row,
      completedAt: status?.completionTime,
      taskRun: status?.childReferences[0]?.name,
      results: new Map((status?.results ?? []).map(({ name, value }) => [name, value])),
    }
  );
}

/** The same from a row of a list. */
export function toRunRow(
  metadata: Metadata,
  condition: Condition | undefined,
  id: string = LABEL.taskId,
): RunRow | undefined {
  const ownerUid = ownerOf(metadata, id);
  if (ownerUid === undefined) return undefined;
  const { namespace: space, name, uid, creationTimestamp: createdAt, labels, annotations } = metadata;
  const deleting = metadata.deletionTimestamp !== undefined;
  return { space, name, uid, createdAt, deleting, labels, annotations, ownerUid, condition };
}

const TaskRun = v.object({
  metadata: Metadata,
  status: v.optional(
    v.object({
      conditions: Conditions,
      podName: v.optional(v.string()),
      steps: v.optional(
        v.array(
          v.object({
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
          }),
        ),
        [],
      ),
    }),
  ),
});

/** A TaskRun with all of its steps. */
export function toStepsRecord(object: unknown): BuildTaskRun {
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

/** The TaskRun of a task, whose one step tells of its command. */
export function toTaskRunRecord(object: unknown): TaskRunRecord {
  const { steps, ...taskRun } = toStepsRecord(object);
  const [step] = steps;
  return {
    ...taskRun,
    waitingFor: step?.waitingFor,
    runningSince: step?.runningSince,
    terminated: step?.terminated,
  };
}
