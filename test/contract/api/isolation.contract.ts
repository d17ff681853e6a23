import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { app as appObject, job as jobObject } from '../../support/custom-resources.ts';
import { listPath, objectPath } from '../../support/paths.ts';
import { type Api, startApi } from '../support/api.ts';

/** Isolation: objects of other spaces, secrets, replaced schedules. */
export const isolation = (outer: () => Api): void => {
  describe('what belongs to others', () => {
    const logged: string[] = [];
    let running: Api | undefined;
    let mine: string;
    let theirs: string;
    const api = (): Api => {
      if (running === undefined) throw new Error('The HTTP API did not start; see the first failure.');
      return running;
    };
    const nextMinute = () => api().minute(new Date(api().now().getTime() + 60_000));

    beforeAll(async () => {
      running = await startApi(outer().target, { onLog: (_, line) => logged.push(line) });
      [mine, theirs] = await Promise.all([api().target.openSpace(), api().target.openSpace()]);
      await api().push(theirs, 'billing', { command: 'true' });
      await api().call('POST', `/v1/spaces/${theirs}/jobs`, { name: 'report', app: 'billing' });
    });

    afterAll(async () => {
      await running?.stop();
    });

    it.each([
      [
        'a path that climbs',
        (space: string) => `/v1/spaces/${mine}/apps/..%2f..%2f${space}%2fapps%2fbilling`,
      ],
      ['a path with a slash in a name', (space: string) => `/v1/spaces/${mine}%2f..%2f${space}/apps`],
      ['a filter with a condition more', () => `/v1/spaces/${mine}/tasks?app=a,taskbridge.dev/app=billing`],
      [
        'a filter that ends the selector',
        () => `/v1/spaces/${mine}/tasks?job=a%26fieldSelector=metadata.name`,
      ],
      ['a name with a dot', () => `/v1/spaces/${mine}/jobs/report.status`],
      ['a name with a question mark', () => `/v1/spaces/${mine}/tasks/x%3fwatch=true`],
      ['a name with a line end', () => `/v1/spaces/${mine}/tasks/x%0a`],
    ])('is not reached by %s', async (_, path) => {
      const { status, body } = await api().call('GET', path(theirs));
      expect([404, 422]).toContain(status);
      expect(JSON.stringify(body)).not.toContain(`"space":"${theirs}"`);
    });

    it('is not reached by a cursor', async () => {
      await Promise.all(['one', 'two'].map((name) => api().push(theirs, name)));
      const { body } = await api().call('GET', `/v1/spaces/${theirs}/apps?limit=1`);
      await api().push(mine, 'own');
      const other = await api().call(
        'GET',
        `/v1/spaces/${mine}/apps?limit=50&cursor=${encodeURIComponent(body.cursor)}`,
      );
      expect([200, 410]).toContain(other.status);
      const names = (other.body.items ?? []).map(({ space }: { space: string }) => space);
      expect(names.filter((space: string) => space !== mine)).toEqual([]);
    });

    it('is not reached by an Idempotency-Key: it counts for one app and one verb', async () => {
      await Promise.all(['one', 'two'].map((name) => api().push(mine, name, { command: 'true' })));
      await api().call('POST', `/v1/spaces/${mine}/jobs`, { name: 'one', app: 'one' });
      const key = { 'idempotency-key': 'the-same' };
      const paths = ['apps/one/tasks', 'apps/two/tasks', 'jobs/one/run'];
      const answers = await Promise.all(
        paths.map((path) => api().call('POST', `/v1/spaces/${mine}/${path}`, {}, key)),
      );
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
      expect(new Set(answers.map(({ body }) => body.name)).size).toBe(3);
    });

    it('no value of a variable or of a binding is in a log, an answer or an annotation', async () => {
      const secret = `s3cret-${randomBytes(8).toString('hex')}`;
      const admin = api().target.as('admin');
      await admin.create(listPath('secrets', mine), {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'orders-binding' },
        stringData: { uri: `postgres://${secret}@orders` },
      });
      const before = logged.length;
      const pushed = await api().push(mine, 'careful', {
        command: 'true',
        services: [{ name: 'orders', secretName: 'orders-binding' }],
      });
      const task = await api().run(mine, 'careful', { name: 'quiet' });
      const refused = await api().call('PUT', `/v1/spaces/${mine}/apps/careful`, {
        image: 'x:1',
        env: [
          { name: 'PASSWORD', value: secret },
          { name: 'PASSWORD', value: secret },
        ],
      });
      await nextMinute();
      const run = await admin.get(objectPath('pipelineruns', mine, task.name));
      const seen = [pushed.body, task, refused.body, run.body.metadata, logged.slice(before)];
      expect(refused.status).toBe(422);
      expect(JSON.stringify(seen)).not.toContain(secret);
      expect(run.text).not.toContain(secret);
    });

    it('a body that is too large is refused, and so is an object that the cluster would not take', async () => {
      const long = { command: 'x'.repeat(11 * 1024 * 1024) };
      expect((await api().call('POST', `/v1/spaces/${mine}/apps/one/tasks`, long)).status).toBe(413);
      const many = Array.from({ length: 900 }, (_, index) => ({
        name: `V${index}`,
        value: 'x'.repeat(3_000),
      }));
      expect((await api().push(mine, 'huge', { env: many })).status).toBe(413);
      expect((await api().call('GET', `/v1/spaces/${mine}/apps/huge`)).status).toBe(404);
    });

    it('objects that come from a backup, without status and owners, run nothing again', async () => {
      const restored = await api().target.openSpace();
      const admin = api().target.as('admin');
      const { image } = api().target;
      await admin.create(listPath('apps', restored), appObject('billing', { image, command: 'true' }));
      const schedule = { cron: '0 0 1 1 *' };
      await admin.create(listPath('jobs', restored), jobObject('yearly', { schedule }));
      await nextMinute();
      const { body } = await api().call('GET', `/v1/spaces/${restored}/jobs/yearly`);
      expect(body).toMatchObject({
        schedule: { driver: 'rules' },
        conditions: [{ type: 'Ready', status: 'True' }],
      });
      expect((await api().call('GET', `/v1/spaces/${restored}/tasks`)).body.items).toEqual([]);
    });

    it('a request that a web page makes is refused', async () => {
      const answer = await api().call('GET', `/v1/spaces/${mine}/apps`, undefined, {
        origin: 'https://evil.example',
      });
      expect(answer.status).toBe(403);
    });
  });
};
