import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import type { Cloud } from '../cloud.ts';

const Schedule = v.looseObject({
  description: v.string(),
  nextRuns: v.array(v.string()),
  driver: v.optional(v.string()),
});

/** Fields of the HTTP API's responses that the steps read. */
const ApiResponse = v.looseObject({
  name: v.optional(v.string(), ''),
  id: v.optional(v.string(), ''),
  state: v.optional(v.string(), ''),
  reason: v.optional(v.string()),
  exitCode: v.optional(v.number()),
  log: v.optional(v.string(), ''),
  detail: v.optional(v.string(), ''),
  schedule: v.optional(Schedule, { description: '', nextRuns: [] }),
  items: v.optional(
    v.array(
      v.looseObject({
        id: v.string(),
        name: v.string(),
        state: v.string(),
        exitCode: v.optional(v.number()),
        scheduledTime: v.optional(v.string()),
      }),
    ),
    [],
  ),
});
type ApiResponse = v.InferOutput<typeof ApiResponse> & { readonly status: number };

/** HTTP client of one space that prints each request, with the cloud's clock and rules. */
export type Reporter = {
  request(method: string, path: string, body?: unknown): Promise<ApiResponse>;
  waitFor(task: string, ...states: readonly string[]): Promise<ApiResponse>;
  /** Runs the command line and prints its output, which it returns. Throws if the command fails. */
  taskbridge(...args: readonly string[]): Promise<string>;
  print(line: string): void;
  /** Prints an expectation that holds. Throws otherwise, which ends the demo. */
  expect(holds: boolean, what: string): void;
  now(): Date;
  /** Moves the clock to a minute and fires its rules. Resolves when the functions have returned. */
  runMinute(minute: Date): Promise<void>;
  /** Schedule expressions of the jobs' rules. */
  jobRules(): readonly string[];
};

export type Step = { readonly title: string; readonly run: (reporter: Reporter) => Promise<void> };

/** Poll interval in ms, and the longest wait. */
const POLL_INTERVAL_MS = 20;
const POLL_TIMEOUT_MS = 20_000;

/** Creates the reporter of a space. */
export function reporter(cloud: Cloud, space: string, print: (line: string) => void): Reporter {
  const { url, clock, credentials, eventBridge } = cloud;
  const send = async (method: string, path: string, body?: unknown): Promise<ApiResponse> => {
    const response = await fetch(`${url}/v1/spaces/${space}${path}`, {
      method,
      headers: { authorization: `Bearer ${credentials.token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { ...v.parse(ApiResponse, text === '' ? {} : JSON.parse(text)), status: response.status };
  };

  return {
    now: clock.now,
    runMinute: async (minute) => {
      print(`  (clock moved to ${minute.toISOString().slice(0, 16)}Z)`);
      await cloud.runMinute(minute);
    },
    jobRules: () =>
      eventBridge
        .rules()
        .flatMap(({ tags, expression = '' }) => (tags.job === undefined ? [] : [expression])),
    print: (line) => print(`    ${line}`),
    request: async (method, path, body) => {
      const response = await send(method, path, body);
      print(
        `  ${method} ${path}${body === undefined ? '' : ` ${JSON.stringify(body)}`}  → ${response.status}`,
      );
      return response;
    },
    waitFor: async (task, ...states) => {
      const response = await pollUntil(() => send('GET', `/tasks/${task}`), states);
      print(`  GET /tasks/${task}  → ${response.state}`);
      return response;
    },
    taskbridge: async (...args) => {
      print(`  $ taskbridge ${args.map((word) => (word.includes(' ') ? `"${word}"` : word)).join(' ')}`);
      const output = await commandLine(args, {
        TASKBRIDGE_URL: url,
        TASKBRIDGE_SPACE: space,
        TASKBRIDGE_TOKEN: credentials.token,
      });
      for (const line of output.trimEnd().split('\n')) print(`    ${line}`);
      return output;
    },
    expect: (holds, what) => {
      if (!holds) throw new Error(`Expectation failed: ${what}.`);
      print(`  ✓ ${what}`);
    },
  };
}

const ROOT = new URL('../../', import.meta.url);

/** Runs the command line. Returns stdout and stderr in the order of their arrival. */
async function commandLine(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'cli/main.ts', ...args], {
    cwd: fileURLToPath(ROOT),
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => output.push(text));
  }
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`taskbridge ${args[0]} exited with ${code}: ${output.join('')}`);
  return output.join('');
}

/** Polls a task until it is in one of `states`. Throws on timeout. */
async function pollUntil(send: () => Promise<ApiResponse>, states: readonly string[]): Promise<ApiResponse> {
  const deadline = performance.now() + POLL_TIMEOUT_MS;
  for (;;) {
    const response = await send();
    if (states.includes(response.state)) return response;
    if (performance.now() > deadline)
      throw new Error(`Task ${response.name} is ${response.state}, not ${states.join(' or ')}.`);
    await wait(POLL_INTERVAL_MS);
  }
}
