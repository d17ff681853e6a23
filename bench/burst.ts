import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { figureOf, type Row, rounded } from './row.ts';
import { median } from './statistics.ts';

const BURSTS = 7;
const APPS = 100;
const TASKS_EACH = 2;

const GROUP = 'burst';
const AIM = '201 alone; beside busy loops 503 too';

const LOOP_DELAY = fileURLToPath(new URL('loop-delay.mjs', import.meta.url));
const LoopDelay = v.object({ longestMs: v.number() });

type BurstOptions = {
  /** Another checkout of the project with its node_modules: the anchor, in the same run. */
  readonly against: string | undefined;
  /** Processes beside it that only use the processor. */
  readonly busyLoops: number;
};

/**
 * Requests of seven bursts at once, each a hundred apps that are pushed and then run two tasks each, to `npm start`
 * of this checkout and of another one.
 */
export async function measureBurst(root: string, { against, busyLoops }: BurstOptions): Promise<Row[]> {
  const busy = Array.from({ length: busyLoops }, () => spawn(process.execPath, ['-e', 'for (;;);']));
  try {
    const what = `${BURSTS} × ${APPS} apps × ${TASKS_EACH} tasks${busyLoops === 0 ? '' : ` beside ${busyLoops} busy loops`}`;
    const anchor = against === undefined ? undefined : await burstOn(against);
    const ours = await burstOn(root);
    return [
      ...(anchor === undefined ? [] : [rowOf(`anchor: ${what}`, anchor)]),
      { ...rowOf(what, ours), ...ratioOf(ours, anchor), aim: AIM },
    ];
  } finally {
    for (const one of busy) one.kill('SIGKILL');
  }
}

/** Result of a request: its status, or the error code of its connection. */
type Answer = { readonly end: string; readonly ms: number; readonly task?: string };

type Burst = { readonly answers: readonly Answer[]; readonly longestGapMs: number };

async function burstOn(directory: string): Promise<Burst> {
  const server = fork(join(directory, 'local/main.ts'), {
    cwd: directory,
    execArgv: ['--import', 'tsx', '--import', LOOP_DELAY],
    env: { PATH: process.env.PATH, PORT: '0' },
    silent: true,
  });
  const exited = once(server, 'exit');
  try {
    const { url, token } = await accessOf(server);
    const send: Send = (method, path, body) => request(token, method, `${url}/v1/spaces/demo${path}`, body);
    const bursts = Array.from({ length: BURSTS }, (_, burst) => burstOf(send, `app-${burst}`));
    const answers = (await Promise.all(bursts)).flat();
    const told = once(server, 'message');
    server.send('burst');
    const { longestMs } = v.parse(LoopDelay, (await told)[0]);
    return { answers, longestGapMs: longestMs };
  } finally {
    server.kill('SIGTERM');
    await exited;
  }
}

/** Address and token of `npm start`, once it has printed all. A checkout from before there were tokens has none. */
async function accessOf(server: ChildProcess): Promise<{ url: string; token: string | undefined }> {
  let said = '';
  server.stderr?.resume();
  for await (const chunk of server.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    said += chunk;
    const url = /HTTP API +(\S+),/.exec(said)?.[1];
    if (url !== undefined && said.includes('Ctrl-C')) {
      server.stdout?.resume();
      const file = /^ {2}\. (\S+)$/m.exec(said)?.[1];
      const variables = file === undefined ? '' : await readFile(file, 'utf8');
      return { url, token: /^export TASKBRIDGE_TOKEN=(\S+)$/m.exec(variables)?.[1] };
    }
  }
  throw new Error(`The server has ended: ${said}`);
}

type Send = (method: 'PUT' | 'POST', path: string, body: object) => Promise<Answer>;

async function burstOf(send: Send, name: string): Promise<Answer[]> {
  const apps = Array.from({ length: APPS }, (_, index) => `/apps/${name}-${index}`);
  const app = { image: 'busybox:1', resources: { cpu: '10m', memory: '64M', disk: '64M' } };
  const pushed = await Promise.all(apps.map((path) => send('PUT', path, app)));
  const tasks = apps
    .filter((_, index) => pushed[index]?.end === '201')
    .flatMap((path) => Array.from({ length: TASKS_EACH }, () => `${path}/tasks`));
  return [...pushed, ...(await Promise.all(tasks.map((path) => send('POST', path, { command: 'true' }))))];
}

const Task = v.object({ name: v.string() });

async function request(
  token: string | undefined,
  method: 'PUT' | 'POST',
  url: string,
  body: object,
): Promise<Answer> {
  const begun = performance.now();
  const since = () => performance.now() - begun;
  try {
    const headers = {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
    const answer: unknown = await response.json();
    const { status } = response;
    const end =
      status === 503 && !response.headers.has('retry-after') ? '503 without Retry-After' : `${status}`;
    return {
      end,
      ms: since(),
      ...(method === 'POST' && status === 201 ? { task: v.parse(Task, answer).name } : {}),
    };
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(error);
    return { end: code, ms: since() };
  }
}

function rowOf(what: string, { answers, longestGapMs }: Burst): Row {
  const times = answers.map(({ ms }) => ms);
  const tasks = answers.flatMap(({ task }) => (task === undefined ? [] : [task]));
  const ends = countsOf(answers);
  return {
    group: GROUP,
    what,
    unit: 'ms',
    ...figureOf(times, 0),
    requests: answers.length,
    outcome: [
      ...[...ends].map(([end, count]) => `${end}: ${count}`),
      `p99 ${Math.round(percentile(times, 0.99))} ms`,
      `longest gap of the loop ${Math.round(longestGapMs)} ms`,
      `${tasks.length - new Set(tasks).size} ids given twice`,
    ].join(', '),
  };
}

function countsOf(answers: readonly Answer[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { end } of answers) counts.set(end, (counts.get(end) ?? 0) + 1);
  return counts;
}

const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? 0;

const ratioOf = (ours: Burst, anchor: Burst | undefined): Partial<Row> =>
  anchor === undefined ? {} : { ratio: rounded(middle(ours) / middle(anchor), 2) };

const middle = ({ answers }: Burst): number => median(answers.map(({ ms }) => ms));
