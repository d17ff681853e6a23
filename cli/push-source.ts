import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { App } from '../client/answers.ts';
import { followBuild, imageLines } from './build.ts';
import { Refusal } from './errors.ts';
import { present } from './flags.ts';
import { withSource } from './pack/source.ts';
import { uploadSource } from './upload.ts';
import type { Context } from './verb.ts';

type Push = {
  readonly app: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly path: string;
  /** Of the build. */
  readonly env: readonly { readonly name: string; readonly value: string }[] | undefined;
  readonly rebuild: boolean;
  readonly follow: boolean;
};

/** Packs, uploads and pushes a source, and follows its build; the exit code where the build failed. */
export async function pushSource(context: Context, push: Push): Promise<number | undefined> {
  const { app, spec, env } = push;
  const { client, screen } = context;
  screen.progress(`Packing ${push.path}…`);
  const body = await withSource(push.path, async (source) => {
    await uploadSource(context, app, source);
    const wanted = present({ sha256: source.sha256, env });
    return { ...spec, source: { ...wanted, ...(await rebuildOf(context, push, wanted)) } };
  });
  const { value } = await client.ask(App, { method: 'PUT', path: ['apps', app], body });
  screen.line(`App ${app} is pushed.`);
  return followed(context, push, value);
}

/** What tells builds of one source apart. The same source keeps the one that it has: else it would be the first build's again. */
async function rebuildOf({ client }: Context, { app, rebuild }: Push, wanted: object): Promise<object> {
  if (rebuild) return { rebuild: randomUUID() };
  const path = ['apps', app];
  const known = await client.ask(App, { method: 'GET', path }).catch((error: unknown) => {
    if (error instanceof Refusal && error.status === 404) return undefined;
    throw error;
  });
  const { rebuild: kept, ...source } = known?.value.source ?? {};
  return kept !== undefined && isDeepStrictEqual(source, wanted) ? { rebuild: kept } : {};
}

async function followed(
  context: Context,
  { app, follow }: Push,
  { build, builtImage }: App,
): Promise<number | undefined> {
  const { screen } = context;
  if (build === undefined) {
    throw new Refusal(`No build of it has begun yet: taskbridge builds ${app} shows it once it has.`);
  }
  if (build.state === 'succeeded') {
    screen.line(`Nothing is built: ${build.name} has built just this. --rebuild builds it again.`);
    if (builtImage !== undefined) for (const line of imageLines(builtImage)) screen.line(line);
    return undefined;
  }
  if (follow) return followBuild(context, app, build.name);
  screen.line(`Build ${build.name} goes on. Its log: taskbridge logs ${build.name} -f.`);
  return undefined;
}
