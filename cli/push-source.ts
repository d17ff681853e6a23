import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { App } from './api/responses.ts';
import { warnOf } from './api-warnings.ts';
import { followBuild, imageLines } from './build.ts';
import { CliError } from './errors.ts';
import { present } from './flags.ts';
import { withSource } from './pack/source.ts';
import { uploadSource } from './upload.ts';
import type { Context } from './verb.ts';

type Push = {
  readonly app: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly path: string;
  /** Variables of the build. */
  readonly env: readonly { readonly name: string; readonly value: string }[] | undefined;
  readonly rebuild: boolean;
  readonly follow: boolean;
};

/** Packs, uploads and pushes a source, and follows its build. Resolves to an exit code where the build failed. */
export async function pushSource(context: Context, push: Push): Promise<number | undefined> {
  const { app, spec, env } = push;
  const { client, screen } = context;
  screen.progress(`Packing ${push.path}…`);
  const body = await withSource(push.path, async (source) => {
    await uploadSource(context, app, source);
    const wanted = present({ sha256: source.sha256, env });
    return { ...spec, source: { ...wanted, ...(await rebuildOf(context, push, wanted)) } };
  });
  const { value } = await client.request(App, { method: 'PUT', path: ['apps', app], body });
  warnOf(context, `app ${value.name}`, value.warnings);
  return reportBuild(context, push, value);
}

/**
 * Value that tells builds of one source apart: a new one with `--rebuild`, else the app's current one where the source is
 * unchanged. Without it, a push after a rebuild would go back to the first build.
 */
async function rebuildOf({ client }: Context, { app, rebuild }: Push, wanted: object): Promise<object> {
  if (rebuild) return { rebuild: randomUUID() };
  const path = ['apps', app];
  const current = await client.request(App, { method: 'GET', path }).catch((error: unknown) => {
    if (error instanceof CliError && error.status === 404) return undefined;
    throw error;
  });
  const { rebuild: previous, ...source } = current?.value.source ?? {};
  return previous !== undefined && isDeepStrictEqual(source, wanted) ? { rebuild: previous } : {};
}

async function reportBuild(
  context: Context,
  { app, follow }: Push,
  { build, builtImage }: App,
): Promise<number | undefined> {
  const { screen } = context;
  if (build === undefined) {
    throw new CliError(`The build has not started yet. To see it later: taskbridge builds ${app}.`);
  }
  if (build.state === 'succeeded') {
    screen.line(`App ${app} is pushed.`);
    screen.line(`Source unchanged: using build ${build.name}. To build it again: --rebuild.`);
    if (builtImage !== undefined) for (const line of imageLines(builtImage)) screen.line(line);
    return undefined;
  }
  screen.line(`App ${app} is being built by ${build.name}.`);
  if (follow) return followBuild(context, app, build.name);
  screen.line(
    `Its tasks run on the new image once that is built. To see its log: taskbridge logs ${build.name} -f.`,
  );
  return undefined;
}
