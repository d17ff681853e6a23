import { App } from '../api/responses.ts';
import type { Client } from '../client.ts';
import { CliError } from '../errors.ts';
import { type JobBody, problemOf } from './planned.ts';

/** Reason for which the API would reject a job; `undefined` where it would create it. */
export type Check = (body: JobBody) => Promise<string | undefined>;

/** Creates a check that writes nothing, and looks each app up once. */
export function newCheck(client: Client): Check {
  const problems = new Map<string, Promise<string | undefined>>();
  return async (body) => {
    const wrong = problemOf(body);
    if (wrong !== undefined) return wrong;
    const problem = problems.get(body.app) ?? problemOfApp(client, body.app);
    problems.set(body.app, problem);
    return problem;
  };
}

async function problemOfApp(client: Client, app: string): Promise<string | undefined> {
  try {
    await client.request(App, { method: 'GET', path: ['apps', app] });
    return undefined;
  } catch (error) {
    if (!(error instanceof CliError) || error.status !== 404) throw error;
    return `app: ${error.message.replace(/\.$/, '')}: push it first.`;
  }
}
