import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { isFinished, State } from '../api/responses.ts';
import { newClient } from '../client.ts';
import { listAll } from '../list.ts';
import type { Settings } from '../settings.ts';
import { listSpaces } from '../space-names.ts';

export type Kind = 'apps' | 'jobs' | 'tasks' | 'spaces';

const Named = v.object({
  name: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]*$/)),
  id: v.optional(v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]*$/))),
  app: v.optional(v.string()),
  state: v.optional(State),
});
type Named = v.InferOutput<typeof Named>;

const Cached = v.object({ key: v.string(), at: v.number(), items: v.array(Named) });

/** Time that names are kept for, in ms: a word is often completed twice. */
const KEEP_MS = 10_000;
const MAX_NAMES = 500;

/** Names of a kind in the space of the settings, from the server or a moment ago. No names where the server has none to give. */
export async function namesOf(kind: Kind, settings: Settings, now: number): Promise<readonly Named[]> {
  const folder = join(settings.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'taskbridge');
  const file = join(folder, `completion-${kind}.json`);
  const { url, token, env, sign } = settings;
  const space = kind === 'spaces' ? undefined : settings.space;
  const who = [token, sign, env.AWS_PROFILE, env.AWS_ACCESS_KEY_ID];
  const key = createHash('sha256')
    .update(JSON.stringify([url, space, who]))
    .digest('hex');
  const cached = await readFile(file, 'utf8').then(
    (text) => v.parse(Cached, JSON.parse(text)),
    () => undefined,
  );
  if (cached?.key === key && Math.abs(now - cached.at) < KEEP_MS) return cached.items;
  const store = async (items: readonly Named[]): Promise<void> => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(file, JSON.stringify({ key, at: now, items }), { mode: 0o600 });
  };
  // Kept at first: a server that does not answer is not asked again at once.
  await store([]).catch(() => undefined);
  const items = (await list(kind, settings)).flatMap((item) =>
    v.is(Named, item) ? [v.parse(Named, item)] : [],
  );
  await store(items).catch(() => undefined);
  return items;
}

async function list(kind: Kind, settings: Settings): Promise<readonly unknown[]> {
  const { space } = settings;
  if (kind !== 'spaces' && space === undefined) return [];
  const client = newClient(settings, () => space ?? '');
  if (kind === 'spaces') return (await listSpaces(client)).raw;
  return listAll(client, { method: 'GET', path: [kind] }, MAX_NAMES);
}

/** True for a task that has not ended. */
export const isRunning = ({ state }: Named): boolean => state !== undefined && !isFinished(state);
