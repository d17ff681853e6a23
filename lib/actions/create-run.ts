import { ANNOTATION } from '../domain/labels.ts';
import { type TaskOrder, toPipelineRun } from '../domain/pipeline-run.ts';
import type { RunRecord } from '../domain/task.ts';
import type { Ports } from '../ports.ts';

export type Created = {
  readonly name: string;
  /** The run, if it was this order that made it. */
  readonly started?: RunRecord;
  /** The run of ours that has the name. */
  readonly taken?: RunRecord | undefined;
};

/** Creates the run of an order. A create whose answer was lost is repeated by the adapter, and finds the order's own run. */
export async function createRun(ports: Ports, order: TaskOrder): Promise<Created> {
  const manifest = toPipelineRun(order);
  const { name } = manifest.metadata;
  const answer = await ports.runs.create(manifest);
  const isThisOne = answer.outcome === 'created' || answer.run?.annotations[ANNOTATION.nonce] === order.nonce;
  return isThisOne && answer.run !== undefined ? { name, started: answer.run } : { name, taken: answer.run };
}
