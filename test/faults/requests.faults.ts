import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TASK_SERVICE_ACCOUNT } from '../../lib/platform/labels.ts';
import { UPLOADED } from '../support/building.ts';
import { SPACE } from '../support/memory-ports.ts';
import { type Known, requestsTo } from './harness/any-request.ts';
import { type Api, type RawAnswer, type RawRequest, startApi } from './harness/api.ts';
import { type Environment, type Snapshot, startEnvironment } from './harness/environment.ts';
import { holdsForAll } from './harness/fuzz.ts';
import { reportLine } from './harness/report.ts';
import { HTTP_FUNCTIONS } from './harness/requests.ts';
import { isUntouched, lookAt, mistakesOf, type Observation } from './harness/responses.ts';
import {
  bindingSecret,
  createJob,
  given,
  ORDERS,
  push,
  runJob,
  runTask,
  scheduled,
} from './scenarios/given.ts';

/** Requests over all functions. */
const REQUESTS = 10_000;

const FUNCTIONS = Object.entries(HTTP_FUNCTIONS).map(
  ([fn, endpoints]) => [fn, Object.keys(endpoints)] as const,
);

const EVENING = new Date('2026-11-24T21:20:00Z');

/** Stands in each object of another space that an answer can show. */
const OF_OTHERS = 'theirs-4f1c';
const OTHERS = 'team-b';

/** The value of a variable and of a credential. */
const OF_ENVIRONMENT = 'secret-9d27';
const SECRETS = { ofOthers: OF_OTHERS, ofEnvironment: OF_ENVIRONMENT };

const WORKER = {
  ...{ apiVersion: 'v1', kind: 'ServiceAccount' },
  metadata: { name: 'worker', labels: { [TASK_SERVICE_ACCOUNT]: 'true' } },
};

/** The namespace of the space, which allows some placement. */
const NAMESPACE = {
  ...{ apiVersion: 'v1', kind: 'Namespace' },
  metadata: {
    name: SPACE,
    annotations: {
      'taskbridge.dev/node-selector': 'pool',
      'taskbridge.dev/tolerations': 'spot:NoSchedule',
      'taskbridge.dev/gpu': 'nvidia.com/gpu=2',
    },
  },
};

const PLACEMENTS = [
  {},
  { nodeSelector: { pool: 'batch' } },
  { tolerations: [{ key: 'spot', operator: 'Exists', effect: 'NoSchedule' }] },
  { priorityClassName: 'batch' },
];

const TRIGGER = { bus: 'service', pattern: { source: ['shop.orders'] } };

/** Two apps, two jobs and two tasks, of which one has ended. */
async function prepare(environment: Environment): Promise<void> {
  environment.clock.moveTo(EVENING);
  environment.cluster.apply(bindingSecret('orders-binding', OF_ENVIRONMENT), WORKER, NAMESPACE);
  const env = [{ name: 'PASSWORD', value: OF_ENVIRONMENT }];
  await given(environment, push({ ...ORDERS, env }), push({}, 'shop'), scheduled('nightly'));
  await given(environment, createJob('weekly', { trigger: TRIGGER }));
  await given(environment, runTask('key-1'), runJob('nightly'));
  environment.cluster.end(tasksOf(environment)[0] ?? '', 0);
}

const tasksOf = ({ cluster }: Environment): readonly string[] =>
  cluster.objects('pipelineruns').map(({ metadata }) => metadata.name);

/** Objects of another space, each with a unique command, and the cursors of its lists. */
async function prepareOthers(environment: Environment, api: Api): Promise<readonly string[]> {
  await environment.cluster.openSpace(OTHERS);
  const ask = async (method: string, path: string, body?: object): Promise<RawAnswer> => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'key-1' };
    const text = body === undefined ? undefined : JSON.stringify(body);
    const answer = await api.send(OTHERS, {
      method,
      path: `/v1/spaces/${OTHERS}${path}`,
      headers,
      body: text,
    });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.body} ${answer.why.join()}`);
    return answer;
  };
  const command = `echo ${OF_OTHERS}`;
  for (const app of ['billing', 'shop']) await ask('PUT', `/apps/${app}`, { image: 'theirs:1', command });
  for (const name of ['nightly', 'weekly']) await ask('POST', '/jobs', { name, app: 'billing', command });
  for (const app of ['billing', 'shop']) await ask('POST', `/apps/${app}/tasks`, { command });
  await environment.cluster.quiet();
  const lists: string[] = [];
  for (const list of ['apps', 'jobs', 'tasks']) {
    const { body } = await ask('GET', `/${list}?limit=1`);
    if (!body.includes(OF_OTHERS)) throw new Error(`${list} show nothing that would be known: ${body}`);
    lists.push(JSON.parse(body).cursor);
  }
  return lists;
}

describe('any request', () => {
  const counts = { requests: 0, done: 0, refused: 0, wrong: 0 };
  let environment: Environment;
  let api: Api;
  let ready: Snapshot;
  let known: Known;

  beforeAll(async () => {
    environment = await startEnvironment();
    api = await startApi(environment);
    const cursors = await prepareOthers(environment, api);
    await prepare(environment);
    ready = environment.save();
    const tasks = tasksOf(environment);
    const apps = ['billing', 'shop', 'other'];
    const jobs = ['nightly', 'weekly', 'other'];
    const names = fc.constantFrom(...apps, ...jobs);
    known = {
      space: SPACE,
      names: {
        app: apps,
        job: jobs,
        task: [...tasks, 'none'],
        id: tasks.map((name) => name.split('-').at(-1) ?? ''),
      },
      cursors,
      given: {
        Name: names,
        '.app': fc.constantFrom('billing', 'billing', 'shop', 'other'),
        '.name': fc.constantFrom('fresh', 'new-1', 'new-2', 'nightly'),
        '.secretName': fc.constantFrom('orders-binding', 'orders-binding', 'none'),
        '.serviceAccountName': fc.constantFrom('worker', 'worker', 'default'),
        '.pattern': fc.constantFrom<unknown>(
          TRIGGER.pattern,
          { source: ['uploads'], detail: { key: [{ prefix: 'in/' }, { wildcard: '*.csv' }] } },
          { source: ['shop.orders'], $or: [{ detail: { n: [{ numeric: ['>', 1] }] } }, { account: ['1'] }] },
          { source: [{ 'anything-but': 'uploads' }] },
        ),
        '.sha256': fc.constantFrom(...Array.from({ length: 5 }, () => UPLOADED), 'b'.repeat(64)),
        '.size': fc.constantFrom(1, 4_096, 2 ** 31),
        Placement: fc.constantFrom<unknown>(...PLACEMENTS, ...PLACEMENTS.slice(0, 3), {}),
        '.gpu': fc.constantFrom(...Array.from({ length: 9 }, () => 2), 64),
        // An app of an image has no process that could be named.
        '.process': fc.constantFrom(undefined, undefined, undefined, 'web'),
        ObjectName: fc.constantFrom('orders-binding', 'none'),
        ValueFrom: fc.constant({ secretKeyRef: { name: 'orders-binding', key: 'uri' } }),
        EnvVar: fc.record({
          name: fc.constantFrom('A', 'PATH', 'a.b-c'),
          value: fc.constant(OF_ENVIRONMENT),
        }),
      },
    };
  });

  afterAll(async () => {
    await api.stop();
    await environment.stop();
    await reportLine(
      'requests',
      `${counts.requests} requests to ${FUNCTIONS.length} functions: ${counts.done} done, ` +
        `${counts.refused} refused, ${counts.wrong === 0 ? 'none wrong' : `${counts.wrong} WRONG`}`,
    );
  });

  /** Environment of each request: renewed after one that changed it. */
  let look: Observation | undefined;
  async function renewed(): Promise<Observation> {
    if (look === undefined) await environment.renew(EVENING, ready);
    look ??= await lookAt(environment);
    environment.proxy.arm();
    environment.logged.length = 0;
    return look;
  }

  async function ask(request: RawRequest): Promise<{ status: number; mistakes: readonly string[] }> {
    const before = await renewed();
    const answer = await api.send(SPACE, request);
    const after = await lookAt(environment);
    if (!isUntouched(before, after)) look = undefined;
    return {
      status: answer.status,
      mistakes: mistakesOf(answer, [before, after], environment.logged, SECRETS),
    };
  }

  it.each(FUNCTIONS)(
    'to %s is done, or refused in words of a problem with nothing left behind',
    async (_, routes) => {
      const seen = { done: 0, refused: 0 };
      await holdsForAll(
        Math.ceil(REQUESTS / FUNCTIONS.length),
        requestsTo(routes, known),
        async (request) => {
          const { status, mistakes } = await ask(request);
          counts.requests += 1;
          if (status < 300) seen.done += 1;
          else seen.refused += 1;
          if (mistakes.length > 0) counts.wrong += 1;
          expect({ request, mistakes }).toEqual({ request, mistakes: [] });
        },
      );
      counts.done += seen.done;
      counts.refused += seen.refused;
      expect(seen.done).toBeGreaterThan(REQUESTS / FUNCTIONS.length / 20);
      expect(seen.refused).toBeGreaterThan(REQUESTS / FUNCTIONS.length / 20);
    },
  );
});
