import { type Build, Builds, isFinished } from '../client/answers.ts';
import { followLog } from './follow.ts';
import type { Context } from './verb.ts';

/** Between two looks at a build that has shown its log, in ms. */
const PAUSE_MS = 500;

/** Writes a build's log as it grows; the exit code that its end asks for. */
export async function followBuild(context: Context, app: string, name: string): Promise<number | undefined> {
  context.onInterrupt(
    `The build goes on. Its log: taskbridge logs ${name} -f. Its end: taskbridge builds ${app}.`,
  );
  await followLog(context, { task: name });
  return tellEnd(context, await endedBuild(context, app, name));
}

/** A build once it has ended; `undefined` when it was overtaken and pruned. */
async function endedBuild({ client, screen, wait }: Context, app: string, name: string) {
  for (;;) {
    const request = { method: 'GET', path: ['apps', app, 'builds'], patienceMs: 5 * 60_000 } as const;
    const { value } = await client.ask(Builds, request);
    const build = value.items.find((one) => one.name === name);
    if (build === undefined || isFinished(build.state)) return build;
    screen.progress(`${name} is ${build.state}…`);
    await wait(PAUSE_MS);
  }
}

function tellEnd({ screen }: Context, build: Build | undefined): number | undefined {
  if (build === undefined) {
    screen.error('The build is no more there: another push came after it, or the app was deleted.');
    return 1;
  }
  if (build.state === 'succeeded') {
    for (const line of imageLines(build)) screen.line(line);
    return undefined;
  }
  const reason = build.reason === undefined ? '' : ` (${build.reason})`;
  const message = build.message === undefined ? '' : ` ${build.message}`;
  screen.error(`Build ${build.name} ${build.state}${reason}.${message}`);
  screen.note(
    `Its log: taskbridge logs ${build.name}. Tasks go on with the image that was built before, if any.`,
  );
  return 1;
}

/** What a build made: the image by its digest, and what it can start. */
export function imageLines({
  image,
  processes = [],
}: {
  readonly image?: string | undefined;
  readonly processes?: readonly string[] | undefined;
}): readonly string[] {
  return [
    `Image: ${image ?? 'unknown'}`,
    `Processes: ${processes.length === 0 ? 'none: give tasks a command' : processes.join(', ')}`,
  ];
}
