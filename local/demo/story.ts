import { setTimeout as wait } from 'node:timers/promises';
import * as v from 'valibot';

/** What an answer of the HTTP API may hold; a step looks at what it asked for. */
const Answer = v.looseObject({
  name: v.optional(v.string(), ''),
  id: v.optional(v.string(), ''),
  state: v.optional(v.string(), ''),
  reason: v.optional(v.string()),
  exitCode: v.optional(v.number()),
  log: v.optional(v.string(), ''),
  detail: v.optional(v.string(), ''),
  items: v.optional(
    v.array(v.looseObject({ id: v.string(), state: v.string(), exitCode: v.optional(v.number()) })),
    [],
  ),
});
type Answer = v.InferOutput<typeof Answer> & { readonly status: number };

/** The HTTP API in one space, each request shown as it is sent. */
export type Teller = {
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  until(task: string, ...states: readonly string[]): Promise<Answer>;
  say(line: string): void;
  /** Throws, and so ends the demo with an error, when `what` is not so. */
  check(is: boolean, what: string): void;
};

export type Step = { readonly title: string; readonly tell: (teller: Teller) => Promise<void> };

const BILLING = {
  image: 'registry.example/billing:1',
  command: 'echo "migrated $DATABASE_NAME"',
  env: [{ name: 'DATABASE_NAME', value: 'orders' }],
  resources: { memory: '256M' },
};

/** What Taskbridge does, once, from the first push to the last delete. */
export const STORY: readonly Step[] = [
  {
    title: 'Push an app: what its tasks inherit',
    tell: async ({ call, check }) => {
      check((await call('PUT', '/apps/billing', BILLING)).status === 201, 'the app is made');
    },
  },
  {
    title: 'Run a task on it: its start command, with its environment',
    tell: async ({ call, until, check, say }) => {
      const task = await call('POST', '/apps/billing/tasks', {});
      check(task.status === 201, 'the task is a Tekton PipelineRun now');
      const { state } = await until(task.name, 'succeeded', 'failed');
      const { log } = await call('GET', `/tasks/${task.name}/logs`);
      say(log.trimEnd());
      check(state === 'succeeded' && log === 'migrated orders\n', 'it succeeded, and its log is here');
    },
  },
  {
    title: 'A task that fails tells its exit code',
    tell: async ({ call, until, check }) => {
      const command = 'echo "no such table" >&2; exit 7';
      const task = await call('POST', '/apps/billing/tasks', {
        command,
        name: 'migrate',
        resources: { memory: '512M' },
      });
      const { state, exitCode } = await until(task.name, 'succeeded', 'failed');
      check(state === 'failed' && exitCode === 7, 'it failed with exit code 7');
    },
  },
  {
    title: 'A command arrives byte for byte, whatever it holds',
    tell: async ({ call, until, check, say }) => {
      const text = `$(date) $$ $(params.x) "it" 한글`;
      const task = await call('POST', '/apps/billing/tasks', { command: `echo '${text}'` });
      await until(task.name, 'succeeded', 'failed');
      const { log } = await call('GET', `/tasks/${task.name}/logs`);
      say(log.trimEnd());
      check(log === `${text}\n`, 'nothing was rewritten on the way');
    },
  },
  {
    title: 'Terminate a task that runs',
    tell: async ({ call, until, check }) => {
      const { name, id } = await call('POST', '/apps/billing/tasks', { command: 'sleep 3600' });
      await until(name, 'running');
      check(
        (await call('POST', `/apps/billing/tasks/${id}/terminate`)).status === 202,
        'its end is asked for',
      );
      check((await until(name, 'cancelled')).state === 'cancelled', 'it is cancelled');
    },
  },
  {
    title: 'A mistake is answered in words',
    tell: async ({ call, check, say }) => {
      const { status, detail } = await call('POST', '/apps/billing/tasks', { resources: { memory: '12Q' } });
      say(detail);
      check(status === 422, 'the request is refused');
    },
  },
  {
    title: 'The tasks of the app, newest first',
    tell: async ({ call, check, say }) => {
      const { items } = await call('GET', '/tasks?app=billing');
      for (const { id, state, exitCode } of items)
        say(`${id}  ${state}${exitCode === undefined ? '' : ` (${exitCode})`}`);
      const states = items.map(({ state }) => state).sort();
      check(states.join() === 'cancelled,failed,succeeded,succeeded', 'all four are there');
    },
  },
  {
    title: 'Delete the app: its tasks go with it',
    tell: async ({ call, check }) => {
      check((await call('DELETE', '/apps/billing')).status === 204, 'the app is deleted');
      for (let left = 1; left > 0; await wait(20)) left = (await call('GET', '/tasks')).items.length;
      check(true, 'no task is left');
    },
  },
];

/** Asks at this interval, in ms, for at most so long. */
const EVERY_MS = 20;
const AT_MOST_MS = 20_000;

/** Tells the story in `space` of the API at `url`, line by line. */
export function teller(url: string, space: string, say: (line: string) => void): Teller {
  const ask = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${url}/v1/spaces/${space}${path}`, { method, ...json });
    const text = await response.text();
    return { ...v.parse(Answer, text === '' ? {} : JSON.parse(text)), status: response.status };
  };

  return {
    say: (line) => say(`    ${line}`),
    call: async (method, path, body) => {
      const answer = await ask(method, path, body);
      say(`  ${method} ${path}${body === undefined ? '' : ` ${JSON.stringify(body)}`}  → ${answer.status}`);
      return answer;
    },
    until: async (task, ...states) => {
      const deadline = Date.now() + AT_MOST_MS;
      for (;;) {
        const answer = await ask('GET', `/tasks/${task}`);
        if (states.includes(answer.state)) {
          say(`  GET /tasks/${task}  → ${answer.state}`);
          return answer;
        }
        if (Date.now() > deadline)
          throw new Error(`Task ${task} is ${answer.state}, not ${states.join(' or ')}.`);
        await wait(EVERY_MS);
      }
    },
    check: (is, what) => {
      if (!is) throw new Error(`Not so: ${what}.`);
      say(`  ✓ ${what}`);
    },
  };
}
