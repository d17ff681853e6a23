import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { type Endpoint, serve } from '../../lib/http/endpoint.ts';
import { sampleFiles } from '../../tools/openapi/samples.ts';
import { building } from '../support/building.ts';
import { type AllPorts, appOf, jobOf, memoryPorts, SPACE } from '../support/memory-ports.ts';
import { run } from '../support/task-situations.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string): Promise<string> => readFile(new URL(path, root), 'utf8');

const TRIGGER = { bus: 'default', pattern: { source: ['aws.s3'] } } as const;

type Functions = Readonly<Record<string, { events?: { httpApi?: { method: string; path: string } }[] }>>;

async function functions(): Promise<Functions> {
  return parse(await read('serverless.yml'), { merge: true }).functions;
}

/** The routes of serverless.yml, each with the function that answers it. */
async function routes(): Promise<{ route: string; name: string }[]> {
  return Object.entries(await functions()).flatMap(([name, { events = [] }]) =>
    events.flatMap(({ httpApi }) =>
      httpApi === undefined ? [] : [{ route: `${httpApi.method} ${httpApi.path}`, name }],
    ),
  );
}

/** The functions of serverless.yml that no route leads to: events call them. */
async function eventFunctions(): Promise<string[]> {
  const answering = (await routes()).map(({ name }) => name);
  return Object.keys(await functions()).filter((name) => !answering.includes(name));
}

/** Files of events/, all of them samples but its README. */
const sampleNames = async (): Promise<readonly string[]> =>
  (await readdir(new URL('events/', root))).filter((file) => file !== 'README.md');

/** The sample events of routes by their routes. */
async function samples() {
  const others = (await eventFunctions()).map((name) => `${name}.json`);
  const files = (await sampleNames()).filter((file) => !others.includes(file));
  const events = await Promise.all(files.map(async (file) => JSON.parse(await read(`events/${file}`))));
  return new Map(events.map((event, index) => [event.routeKey, { file: files[index] ?? '', event }]));
}

const endpointsOf = async (name: string): Promise<Readonly<Record<string, Endpoint<AllPorts>>>> =>
  (await import(`../../functions/${name}.ts`)).endpoints;

describe('each route of serverless.yml', () => {
  it('has an endpoint in its function, and each endpoint has a route', async () => {
    const all = await routes();
    const names = [...new Set(all.map(({ name }) => name))];
    for (const name of names) {
      const wanted = all.filter((one) => one.name === name).map(({ route }) => route);
      expect(Object.keys(await endpointsOf(name)).toSorted()).toEqual(wanted.toSorted());
    }
    const files = (await readdir(new URL('functions/', root))).filter((file) => file !== 'README.md');
    const every = [...names, ...(await eventFunctions())];
    expect(files.toSorted()).toEqual(every.map((name) => `${name}.ts`).toSorted());
  });

  it('has one sample event, which is named after its function', async () => {
    const all = await routes();
    const events = await samples();
    expect([...events.keys()].toSorted()).toEqual(all.map(({ route }) => route).toSorted());
    for (const { route, name } of all) {
      expect(events.get(route)?.file).toMatch(new RegExp(`^${name}(-\\w+)*\\.json$`));
    }
  });

  it('handles its sample event', async () => {
    const events = await samples();
    for (const { route, name } of await routes()) {
      const ports = memoryPorts({
        apps: [appOf('billing', { command: 'bin/migrate' })],
        jobs: [jobOf('report', { schedule: { cron: '0 2 * * *', timeZone: 'UTC' }, trigger: TRIGGER })],
        sources: { '*': { default: ['aws.s3'], service: ['shop.*'] } },
        secrets: { 'orders-binding': { uri: 'postgres://orders' } },
      });
      ports.runs.add(run());
      const uploads = { sources: building.sources, maxBytes: building.settings.disk };
      const handler = serve(async () => ({ ...ports, building, uploads }), await endpointsOf(name));
      const { statusCode, body } = await handler(events.get(route)?.event);
      expect(`${route} ${statusCode} ${body ?? ''}`).toMatch(/ 20\d /);
    }
  });
});

describe('each function that is invoked asynchronously', () => {
  it('handles its sample event, which has its name', async () => {
    // `cleanup` is CloudFormation's; test/lambda/custom-resource.test.ts has its sample event.
    const names = (await eventFunctions()).filter((name) => name !== 'cleanup');
    expect(names).toEqual(['fire-job', 'fire-event', 'run-task-on-event', 'reconcile', 'prune']);
    for (const name of names) {
      const ports = memoryPorts({
        apps: [appOf('billing')],
        jobs: [jobOf('report', { schedule: { cron: '0 2 * * *', timeZone: 'UTC' }, trigger: TRIGGER })],
        sources: { '*': { default: ['aws.s3'], service: ['shop.*'] } },
      });
      const { handlerOver } = await import(`../../functions/${name}.ts`);
      const event = JSON.parse(await read(`events/${name}.json`));
      await handlerOver(async () => ports)(event, { getRemainingTimeInMillis: () => 29_000 });
      expect(ports.logged).toMatchObject([{ level: 'info', message: name }]);
    }
  });
});

describe('a sample event', () => {
  it('is up to date: run `npm run samples`', async () => {
    const files = await sampleNames();
    const texts = await Promise.all(files.map(async (file) => [file, await read(`events/${file}`)] as const));
    expect(new Map(texts)).toEqual(sampleFiles());
  });

  it('matches the format of API Gateway', async () => {
    for (const { event } of (await samples()).values()) {
      const { routeKey, rawPath, pathParameters = {}, requestContext, isBase64Encoded } = event;
      const [method, template] = routeKey.split(' ');
      const path = template.replace(/\{(\w+)\}/g, (_: string, name: string) => pathParameters[name]);
      expect({ version: event.version, rawPath, isBase64Encoded }).toEqual({
        version: '2.0',
        rawPath: path,
        isBase64Encoded: false,
      });
      expect(requestContext).toMatchObject({
        routeKey,
        http: { method, path },
        authorizer: { iam: { userArn: expect.stringMatching(/^arn:aws:sts::\d{12}:/) } },
      });
      expect(pathParameters.space).toBe(routeKey === 'GET /v1/spaces' ? undefined : SPACE);
    }
  });
});
