import { setTimeout } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { listPath } from '../../support/paths.ts';
import type { Api } from './api.ts';

/** Pause between two reads of a log that has nothing new. */
const POLL_MS = 100;

/** Mark of a place where lines may be missing. */
const GAP = '<gap>';

/** Reads one part of a task's log. */
export const readLog = (api: Api, space: string, task: string, query = '') =>
  api.call('GET', `/v1/spaces/${space}/tasks/${task}/logs${query}`);

/** The whole log, and the count of its parts: reads on from each cursor until the task has ended and nothing more comes. */
export async function followLog(api: Api, space: string, task: string, query = '') {
  let text = '';
  let cursor: string | undefined;
  for (let answers = 1; ; answers += 1) {
    const next = cursor === undefined ? query : `?cursor=${encodeURIComponent(cursor)}`;
    const { status, body } = await readLog(api, space, task, next);
    expect(status).toBe(200);
    expect(Buffer.byteLength(JSON.stringify(body.log))).toBeLessThanOrEqual(1024 * 1024 + 2);
    expect(body.log).not.toContain('\ufffd');
    if (body.gap !== undefined) text += GAP;
    text += body.log;
    cursor = body.cursor;
    if (body.more) continue;
    if (body.state !== 'running' && body.state !== 'pending') return { text, answers };
    await setTimeout(POLL_MS);
  }
}

/** Name of the pod of a task. */
export async function podOf({ target }: Api, space: string, task: string): Promise<string> {
  const labelSelector = `tekton.dev/pipelineRun=${task}`;
  const { body } = await target.as('admin').get(listPath('pods', space), { labelSelector });
  return body.items.map(({ metadata }) => metadata.name).join();
}

/** The log as the cluster itself gives it, in one piece: a container runtime may lose the end of what was written. */
export async function wholeLog(api: Api, space: string, task: string): Promise<string> {
  const path = `${listPath('pods', space)}/${await podOf(api, space, task)}/log`;
  return (await api.target.as('admin').get(path, { container: 'step-user-container' })).text;
}
