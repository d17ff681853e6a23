import { parseArgs } from 'node:util';
import { messageOf } from './error-code.ts';

export const HELP = `Usage: npm start -- [--data DIR] [--kubeconfig FILE] [--verbose]

Serves Taskbridge's HTTP API, console and EventBridge on this machine, to its own user alone.
  (default)            uses an embedded Kubernetes API with Tekton: tasks are processes of this machine
  --data DIR           keeps apps, jobs, tasks, logs, rules, secrets and ports in DIR for the next start with it; without it
                       all is gone when it stops
  --kubeconfig FILE    uses the cluster of FILE, on which cluster/ was applied
  --verbose            prints the functions' logs to stderr
  --help               prints this
  PORT=9090 npm start  listens on this port; default: 8080, or the next one that is free. 0: any free one`;

export type StartOptions = {
  readonly data?: string | undefined;
  readonly kubeconfig?: string | undefined;
  readonly verbose: boolean;
  readonly help: boolean;
  /** Port of the HTTP API. Absent: the usual ones are tried. */
  readonly port?: number | undefined;
};

/** Wrong usage. The message says how to do it. */
export class UsageError extends Error {}

/** Options that take a value. */
const VALUES = ['data', 'kubeconfig'] as const;

/** Parses flags and environment of `npm start`. Throws {@link UsageError}. */
export function startOptions(args: readonly string[], env: NodeJS.ProcessEnv): StartOptions {
  const taken = VALUES.find((name) => env[`npm_config_${name}`] !== undefined);
  if (taken !== undefined)
    throw new UsageError(`npm took --${taken} for itself. Write "--" before it: npm start -- --${taken} …`);
  const values = flagsOf(args);
  const empty = VALUES.find((name) => values[name] === '');
  if (empty !== undefined) throw new UsageError(`--${empty} is empty. ${SEE_HELP}`);
  return { ...values, port: portIn(env) };
}

const SEE_HELP = 'See npm start -- --help.';

function flagsOf(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        kubeconfig: { type: 'string' },
        verbose: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    const [first = ''] = messageOf(error).split(/\. To specify|\n/);
    throw new UsageError(`${first}${first.endsWith('.') ? '' : '.'} ${SEE_HELP}`);
  }
}

const MAX_PORT = 65_535;

function portIn({ PORT }: NodeJS.ProcessEnv): number | undefined {
  if (PORT === undefined || PORT === '') return undefined;
  if (/^\d{1,5}$/.test(PORT) && Number(PORT) <= MAX_PORT) return Number(PORT);
  throw new UsageError(`PORT=${PORT} is no port. Set a number from 0 to ${MAX_PORT}; 0 is any free one.`);
}
