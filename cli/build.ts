import * as v from 'valibot';
import { Build, isFinished } from './api/responses.ts';
import { listAll } from './list.ts';
import { followLog } from './tail.ts';
import type { Context } from './verb.ts';

/** Poll interval for a build whose log is complete, in ms. */
const PAUSE_MS = 500;

/** Follows a build's log to its end. Resolves to the exit code, `undefined` where the build succeeded. */
export async function followBuild(context: Context, app: string, name: string): Promise<number | undefined> {
  context.onInterrupt(
    `The build keeps running. To see its log: taskbridge logs ${name} -f. To see its result: taskbridge builds ${app}.`,
  );
  await followLog(context, { task: name });
  return printEnd(context, app, await endedBuild(context, app, name));
}

/** Waits until a build ends. Resolves to `undefined` where it was superseded and deleted. */
async function endedBuild({ client, screen, wait }: Context, app: string, name: string) {
  for (;;) {
    const request = { method: 'GET', path: ['apps', app, 'builds'], timeoutMs: 5 * 60_000 } as const;
    const builds = v.parse(v.array(Build), await listAll(client, request));
    const build = builds.find((one) => one.name === name);
    if (build === undefined || isFinished(build.state)) return build;
    screen.progress(`${name} is ${build.state}…`);
    await wait(PAUSE_MS);
  }
}

function printEnd({ screen }: Context, app: string, build: Build | undefined): number | undefined {
  if (build === undefined) {
    screen.error('Build not found: a later push superseded it, or the app was deleted.');
    return 1;
  }
  if (build.state === 'succeeded') {
    screen.line(`App ${app} is pushed.`);
    for (const line of imageLines(build)) screen.line(line);
    return undefined;
  }
  const reason = build.reason === undefined ? '' : ` (${build.reason})`;
  const message = build.message === undefined ? '' : ` ${build.message}`;
  screen.error(`Build ${build.name} ${build.state}${reason}.${message}`);
  screen.note(
    `To see its log: taskbridge logs ${build.name}. Tasks run on what was pushed before, if anything was.`,
  );
  return 1;
}

/** Lines for the result of a build: the image by digest, and its processes. */
export function imageLines({
  image,
  processes = [],
}: {
  readonly image?: string | undefined;
  readonly processes?: readonly string[] | undefined;
}): readonly string[] {
  return [
    `Image: ${image ?? 'unknown'}`,
    `Processes: ${processes.length === 0 ? 'none (tasks need a command)' : processes.join(', ')}`,
  ];
}
