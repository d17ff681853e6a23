/* Very many tasks at one moment: run-task's own handler, or raw POSTs of the same PipelineRuns over as many connections. */
import { readFileSync } from 'node:fs';
import { runTaskEvent } from './http-event.ts';
import { rawPost, SPEC } from './raw-post.ts';

/** As many as the connection of the functions keeps. */
const SOCKETS = 50;

type AtOnce = {
  readonly raw: boolean;
  readonly count: number;
  readonly space: string;
  readonly apps: readonly { readonly name: string; readonly uid: string }[];
};

/** `refused`: answered 503, with when to come back; a cluster that is too busy for all of them within 25 s does so. */
type Outcome = { readonly created: number; readonly ids: number; readonly refused: number };

/** Asks for all of them before the first has been answered. Throws for any other answer. */
export async function handler({ raw, count, space, apps }: AtOnce): Promise<Outcome> {
  const one = raw ? rawCreate(space, apps) : await runTask(space);
  const asked = Array.from({ length: count }, (_, index) =>
    one(index, apps[index % apps.length]?.name ?? ''),
  );
  const ids = (await Promise.all(asked)).filter((id) => id !== undefined);
  return { created: ids.length, ids: new Set(ids).size, refused: count - ids.length };
}

/** The task's name; `undefined` for one that was refused. */
type Create = (index: number, app: string) => Promise<string | undefined>;

async function runTask(space: string): Promise<Create> {
  const { handler: answer } = await import(new URL('run-task.mjs', import.meta.url).href);
  return async (_, app) => {
    const { statusCode, headers, body } = await answer(runTaskEvent(space, app));
    if (statusCode === 503 && headers['retry-after'] !== undefined) return undefined;
    if (statusCode !== 201) throw new Error(`run-task answered ${statusCode}: ${body}`);
    return JSON.parse(body).name;
  };
}

function rawCreate(space: string, apps: AtOnce['apps']): Create {
  const { env } = process;
  const options = {
    endpoint: env.TASKBRIDGE_CLUSTER_ENDPOINT ?? '',
    ca: Buffer.from(env.TASKBRIDGE_CLUSTER_CA ?? '', 'base64').toString(),
    token: readFileSync(env.TASKBRIDGE_CLUSTER_TOKEN_FILE ?? '', 'utf8'),
    sockets: SOCKETS,
  };
  const prefix = Math.random().toString(36).slice(2, 7);
  const posts = new Map(
    apps.map(({ name, uid }) => [
      name,
      rawPost({ space, name, uid, createdAt: '', pushes: [], spec: SPEC }, options),
    ]),
  );
  return async (index, app) => {
    const id = `${prefix}${index}`;
    await posts.get(app)?.(id);
    return `${app}-${id}`;
  };
}
