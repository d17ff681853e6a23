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
const Answer = v.looseObject({
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
type Answer = v.InferOutput<typeof Answer> & { readonly status: number };

/** HTTP client of one space that prints each request, with the cloud's clock and rules. */
export type Reporter = {
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  until(task: string, ...states: readonly string[]): Promise<Answer>;
  /** Runs the command line and prints its output, which it returns. Throws if the command fails. */
  taskbridge(...words: readonly string[]): Promise<string>;
  say(line: string): void;
  /** Prints an expectation that holds. Throws otherwise, which ends the demo. */
  check(is: boolean, what: string): void;
  now(): Date;
  /** Moves the clock to a minute and fires its rules. Resolves when the functions have returned. */
  runMinute(minute: Date): Promise<void>;
  /** Schedule expressions of the jobs' rules. */
  jobRules(): readonly string[];
};

export type Step = { readonly title: string; readonly run: (reporter: Reporter) => Promise<void> };

/** Poll interval in ms, and the longest wait. */
const EVERY_MS = 20;
const AT_MOST_MS = 20_000;

/** Creates the reporter of a space. */
export function reporter(cloud: Cloud, space: string, say: (line: string) => void): Reporter {
  const { url, clock, eventBridge } = cloud;
  const ask = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${url}/v1/spaces/${space}${path}`, { method, ...json });
    const text = await response.text();
    return { ...v.parse(Answer, text === '' ? {} : JSON.parse(text)), status: response.status };
  };

  return {
    now: clock.now,
    runMinute: async (minute) => {
      say(`  (it is ${minute.toISOString().slice(0, 16)}Z now)`);
      await cloud.runMinute(minute);
    },
    jobRules: () =>
      eventBridge
        .rules()
        .flatMap(({ tags, expression = '' }) => (tags.job === undefined ? [] : [expression])),
    say: (line) => say(`    ${line}`),
    call: async (method, path, body) => {
      const answer = await ask(method, path, body);
      say(`  ${method} ${path}${body === undefined ? '' : ` ${JSON.stringify(body)}`}  → ${answer.status}`);
      return answer;
    },
    until: async (task, ...states) => {
      const answer = await reached(() => ask('GET', `/tasks/${task}`), states);
      say(`  GET /tasks/${task}  → ${answer.state}`);
      return answer;
    },
    taskbridge: async (...words) => {
      say(`  $ taskbridge ${words.map((word) => (word.includes(' ') ? `"${word}"` : word)).join(' ')}`);
      const said = await commandLine(words, { TASKBRIDGE_URL: url, TASKBRIDGE_SPACE: space });
      for (const line of said.trimEnd().split('\n')) say(`    ${line}`);
      return said;
    },
    check: (is, what) => {
      if (!is) throw new Error(`Not so: ${what}.`);
      say(`  ✓ ${what}`);
    },
  };
}

const ROOT = new URL('../../', import.meta.url);

/** Runs the command line. Returns stdout and stderr in the order of their arrival. */
async function commandLine(words: readonly string[], environment: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'cli/main.ts', ...words], {
    cwd: fileURLToPath(ROOT),
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => said.push(text));
  }
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`taskbridge ${words[0]} ended with ${code}: ${said.join('')}`);
  return said.join('');
}

/** Polls a task until it is in one of `states`. Throws on timeout. */
async function reached(ask: () => Promise<Answer>, states: readonly string[]): Promise<Answer> {
  const deadline = performance.now() + AT_MOST_MS;
  for (;;) {
    const answer = await ask();
    if (states.includes(answer.state)) return answer;
    if (performance.now() > deadline)
      throw new Error(`Task ${answer.name} is ${answer.state}, not ${states.join(' or ')}.`);
    await wait(EVERY_MS);
  }
}
