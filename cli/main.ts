#!/usr/bin/env node
import { setTimeout } from 'node:timers/promises';
import { newClient } from './client.ts';
import { CliError, messageOf, UsageError } from './errors.ts';
import { type Call, readCommandLine } from './program.ts';
import { NO_SETTINGS, readSettings } from './settings.ts';
import { newScreen, type Terminal } from './terminal.ts';
import type { Context } from './verb.ts';
import { VERBS } from './verbs.ts';

/** Exit codes, besides those of a task run with `--wait`. */
const FAILED = 1;
const USAGE_ERROR = 2;
const INTERRUPTED = 130;

async function main(screen: Terminal): Promise<number> {
  const call = await readCommandLine(VERBS, process.argv.slice(2));
  if (typeof call === 'string') {
    screen.write(call);
    return 0;
  }
  return (await call.verb.run(await contextOf(screen, call), call.given)) ?? 0;
}

async function contextOf(screen: Terminal, call: Call): Promise<Context> {
  const settings = call.verb.offline ? NO_SETTINGS : await readSettings(call.settings, process.env);
  const space = (): string => {
    if (settings.space) return settings.space;
    throw new UsageError(
      'No space is set: use --space SPACE, set TASKBRIDGE_SPACE, or run "taskbridge target -s SPACE".',
    );
  };
  let hint: string | undefined;
  process.on('SIGINT', () => {
    screen.note(hint ?? 'Interrupted: the request may have taken effect.');
    process.exit(INTERRUPTED);
  });
  return {
    client: newClient(settings, space),
    space,
    settings,
    screen,
    now: () => new Date(),
    wait: (ms) => setTimeout(ms),
    onInterrupt: (text) => {
      hint = text;
    },
    verbs: VERBS,
  };
}

function reportError(screen: Terminal, error: unknown): number {
  if (error instanceof UsageError) {
    const verb = VERBS.find(({ name }) => process.argv.includes(name));
    screen.error(`${messageOf(error)} See "taskbridge help${verb === undefined ? '' : ` ${verb.name}`}".`);
    return USAGE_ERROR;
  }
  screen.error(error instanceof CliError ? messageOf(error) : `${messageOf(error)} (internal error)`);
  return FAILED;
}

const { stdin, stdout, stderr, env } = process;
const screen = newScreen({ stdin, stdout, stderr, plain: Boolean(env.NO_COLOR) });
// Not process.exit, which would drop buffered output of a pipe.
process.exitCode = await main(screen).catch((error: unknown) => reportError(screen, error));
