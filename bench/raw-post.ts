import { Agent, request } from 'node:https';
import type { App } from '../lib/apps/app.ts';
import { toPipelineRun } from '../lib/tasks/pipeline-run.ts';

/** Fields of the app that the bench pushes. */
export const SPEC = { image: 'taskbridge.local/busybox:1' };
const COMMAND = 'true';

type Options = {
  readonly endpoint: string;
  readonly ca: string | undefined;
  readonly token: string;
  /** Kept connections, at most. */
  readonly sockets: number;
};

/** Posts the PipelineRun of a task, as run-task would make it, with nothing between it and the API. */
export function rawPost(app: App, { endpoint, ca, token, sockets }: Options): (id: string) => Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets, ca });
  const url = `${endpoint}/apis/tekton.dev/v1/namespaces/${app.space}/pipelineruns`;
  return (id) => {
    const order = { app, id, command: COMMAND, requestedBy: 'bench', requestedAt: new Date(), nonce: id };
    const body = JSON.stringify(toPipelineRun(order));
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    return new Promise((resolve, reject) => {
      const sent = request(url, { method: 'POST', agent, headers }, (response) => {
        response.resume();
        response.on('end', () =>
          response.statusCode === 201 ? resolve() : reject(new Error(`POST: ${response.statusCode}`)),
        );
      });
      sent.on('error', reject).end(body);
    });
  };
}
