import { setTimeout } from 'node:timers/promises';
import { newClient } from './client.ts';
import { complete } from './completion/complete.ts';
import { COMPLETE } from './completion/scripts.ts';
import { CliError, Interrupted, messageOf, UsageError } from './errors.ts';
import { withOtherKind } from './other-kind.ts';
import { type Call, readCommandLine } from './program.ts';
import { NO_SETTINGS, readSettings, readStored } from './settings.ts';
import { newScreen, type Streams, type Terminal } from './terminal.ts';
import type { Context } from './verb.ts';
import { VERBS } from './verbs.ts';

/** Exit codes, besides those of a task run with `--wait`. */
const FAILED = 1;
const USAGE_ERROR = 2;
const INTERRUPTED = 130;

/** Process that a command runs in. */
export type Host = Omit<Streams, 'plain'> & {
  /** Arguments after `taskbridge`. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Time zone of local times; absent: that of the machine. */
  readonly timeZone?: string;
  /** Calls `exitCode` on SIGINT, and ends the process with what it returns. */
  onInterrupt(exitCode: () => number): void;
};

/** Runs a command, and resolves to its exit code. Errors are printed. */
export async function run(host: Host): Promise<number> {
  const screen = newScreen({ ...host, plain: Boolean(host.env.NO_COLOR) });
  try {
    const [first, ...words] = host.args;
    if (first === COMPLETE) {
      screen.write(await complete(VERBS, words, host.env));
      return 0;
    }
    const call = await readCommandLine(VERBS, host.args);
    if (typeof call !== 'string') {
      for (const warning of call.warnings) screen.warn(warning);
      return await runVerb(await contextOf(host, screen, call), call);
    }
    screen.write(call);
    return 0;
  } catch (error) {
    return reportError(host, screen, error);
  }
}

async function runVerb(context: Context, { verb, given }: Call): Promise<number> {
  try {
    return (await verb.run(context, given)) ?? 0;
  } catch (error) {
    throw await withOtherKind(error, context.client, given);
  }
}

async function contextOf(host: Host, screen: Terminal, call: Call): Promise<Context> {
  const settings = await settingsOf(host, call);
  const space = (): string => {
    if (settings.space) return settings.space;
    throw new UsageError(
      'No space is set: use --space SPACE, set TASKBRIDGE_SPACE, or run "taskbridge target -s SPACE".',
    );
  };
  let hint = 'Interrupted: the request may have taken effect.';
  host.onInterrupt(() => {
    screen.note(hint);
    return INTERRUPTED;
  });
  return {
    client: newClient(settings, space),
    space,
    settings,
    screen,
    now: () => new Date(),
    timeZone: host.timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone,
    wait: (ms) => setTimeout(ms),
    onInterrupt: (text) => {
      hint = text;
    },
  };
}

const settingsOf = async ({ env }: Host, { verb, settings }: Call) =>
  verb.offline ? NO_SETTINGS : readSettings(settings, env, await readStored(env, verb.mends === true));

function reportError({ args }: Host, screen: Terminal, error: unknown): number {
  if (error instanceof Interrupted) return INTERRUPTED;
  if (error instanceof UsageError) {
    const verb = VERBS.find(({ name }) => args.includes(name));
    screen.error(`${messageOf(error)} See "taskbridge help${verb === undefined ? '' : ` ${verb.name}`}".`);
    return USAGE_ERROR;
  }
  screen.error(error instanceof CliError ? messageOf(error) : `${messageOf(error)} (internal error)`);
  return FAILED;
}
