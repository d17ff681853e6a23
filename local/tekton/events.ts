import { createEventRecorder } from '../kubernetes/events.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { PIPELINE_RUNS, TASK_RUNS } from '../kubernetes/resources.ts';
import { type Change, isKind, type Store } from '../kubernetes/store.ts';
import { createWorkQueue } from '../kubernetes/work-queue.ts';
import { conditionOf } from './conditions.ts';

/**
 * Records the events of runs, as Tekton's controllers do: one at each change of the condition `Succeeded`. The returned
 * function stops it.
 */
export function startRunEvents(store: Store): () => void {
  const recordEvent = createEventRecorder(store);
  /** The last condition of each run, by its uid. */
  const last = new Map<string, string>();
  // What an earlier start has recorded already.
  for (const run of [...store.all(PIPELINE_RUNS), ...store.all(TASK_RUNS)]) {
    const condition = conditionOf(run);
    if (condition !== undefined) last.set(run.metadata.uid, JSON.stringify(condition));
  }
  const changes: Change[] = [];
  // A listener must not write.
  const queue = createWorkQueue(() => {
    for (const { type, object } of changes.splice(0)) {
      if (type === 'DELETED') last.delete(object.metadata.uid);
      else record(object);
    }
  });

  const record = (run: KubeObject): void => {
    const condition = conditionOf(run);
    const { uid } = run.metadata;
    const before = last.get(uid);
    const now = JSON.stringify(condition);
    if (condition === undefined || before === now) return;
    last.set(uid, now);
    const { status, reason, message } = condition;
    const ended = status === 'True' ? 'Succeeded' : 'Failed';
    recordEvent(run, {
      type: status === 'False' ? 'Warning' : 'Normal',
      reason: status !== 'Unknown' ? ended : before === undefined ? 'Started' : reason,
      message: before === undefined && status === 'Unknown' ? '' : message,
      component: run.kind,
    });
  };

  const stopListening = store.onChange((change) => {
    if (!isKind(change.of, PIPELINE_RUNS) && !isKind(change.of, TASK_RUNS)) return;
    changes.push(change);
    queue.add('changes');
  });
  return () => {
    stopListening();
    queue.stop();
  };
}
