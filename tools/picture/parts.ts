import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readServerless } from '../../local/cloudformation/serverless.ts';
import type { Parts } from './draw.ts';

const root = new URL('../../', import.meta.url);

/** Folders of `lib/` that are layers and no features. */
const LAYERS = ['http', 'lambda', 'platform', 'reconcile'];

/** Reads the parts of the picture from serverless.yml and from the folders of `lib/`. */
export async function readParts(): Promise<Parts> {
  const { functions } = await readServerless(fileURLToPath(new URL('serverless.yml', root)));
  const periodic = functions.filter(({ schedules }) => schedules.length > 0);
  const onRequest = functions.filter(({ routes }) => routes.length > 0);
  const onTrigger = functions.filter(
    (one) => one.identity !== undefined && !periodic.includes(one) && !onRequest.includes(one),
  );
  const names = (some: typeof functions): readonly string[] => some.map(({ name }) => name);
  const entries = await readdir(new URL('lib/', root), { withFileTypes: true });
  return {
    onRequest: names(onRequest),
    onTrigger: names(onTrigger),
    periodic: names(periodic),
    rooms: entries
      .filter((entry) => entry.isDirectory() && !LAYERS.includes(entry.name))
      .map(({ name }) => name)
      .toSorted(),
  };
}
