import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { job as jobObject } from '../../support/custom-resources.ts';
import { listPath, objectPath } from '../../support/paths.ts';
import { startWriteGate, type WriteGate } from '../../support/write-gate.ts';
import type { Api } from '../support/api.ts';
import { ownApi } from '../support/own-api.ts';

const YEARLY = { cron: '30 6 1 1 *', timeZone: 'Europe/Berlin' };
const LEASE = 'taskbridge.dev/apply-lease';

/** A busy machine takes several requests for 200 jobs. */
const MANY_MS = 600_000;

type Result = {
  readonly name: string;
  readonly outcome: string;
  readonly fields?: readonly string[];
  readonly active?: boolean;
};

/** Applies: the jobs of an app become those of a file. */
export const applies = (outer: () => Api): void => {
  describe('applies of the jobs of an app', () => {
    let gate: WriteGate | undefined;
    const gated = (): WriteGate => {
      if (gate === undefined) throw new Error('The gate did not start.');
      return gate;
    };
    beforeAll(async () => {
      gate = await startWriteGate(outer().target);
    });
    afterAll(() => gate?.stop());

    const { api, space, call, later } = ownApi(
      () => ({ ...outer(), target: { ...outer().target, url: gated().url, ca: undefined } }),
      { command: 'echo default' },
    );
    const admin = () => api().target.as('admin');
    /** An app for each test, so that none sees the jobs of another. */
    const newApp = async (app: string): Promise<string> => {
      expect((await api().push(space(), app, { command: 'echo default' })).status).toBe(201);
      return app;
    };
    const apply = (app: string, jobs: readonly object[], more: object = {}) =>
      call('PUT', `/apps/${app}/jobs`, { jobs, ...more });
    /** Outcomes by name; repeats the request while there was no time for all. */
    const applied = async (app: string, jobs: readonly object[], more: object = {}) => {
      const { status, body } = await apply(app, jobs, more);
      expect({ status, body }).toMatchObject({ status: 200 });
      const results: readonly Result[] = body.jobs;
      return Object.fromEntries(results.map(({ name, outcome }) => [name, outcome]));
    };
    const stored = async (app: string) => {
      const { body } = await admin().get(listPath('jobs', space()));
      return body.items
        .filter(({ spec }) => spec.app === app)
        .map(({ metadata, spec }) => ({ name: metadata.name, annotations: metadata.annotations, ...spec }));
    };
    const writes = (): readonly string[] => gated().requests.filter((request) => !request.startsWith('GET '));
    const leaseOf = async (app: string) =>
      (await admin().get(objectPath('apps', space(), app))).body.metadata.annotations[LEASE];

    it('create, change and leave jobs, and say so', async () => {
      const app = await newApp('first');
      const report = { name: 'first-report', command: 'bin/report', schedule: YEARLY };
      const plain = { name: 'first-plain', env: [{ name: 'A', value: 'b' }], resources: { memory: '96M' } };
      const first = await apply(app, [report, plain]);
      expect([first.status, first.body]).toEqual([
        200,
        {
          jobs: [
            { name: 'first-report', outcome: 'created', active: false },
            { name: 'first-plain', outcome: 'created', active: true },
          ],
        },
      ]);
      expect(await leaseOf(app)).toBe(undefined);
      const second = await apply(app, [{ ...report, command: 'bin/other', timeout: '20m' }, plain]);
      expect(second.body.jobs).toEqual([
        { name: 'first-report', outcome: 'changed', fields: ['command', 'timeout'], active: false },
        { name: 'first-plain', outcome: 'unchanged', active: true },
      ]);
      expect((await call('GET', '/jobs/first-report')).body).toMatchObject({
        app,
        command: 'bin/other',
        timeout: '1200s',
        schedule: YEARLY,
      });
      await later();
      const third = await apply(app, [{ name: 'first-report' }, { ...plain, resources: { memory: '96Mi' } }]);
      expect(third.body.jobs).toEqual([
        {
          name: 'first-report',
          outcome: 'changed',
          fields: expect.arrayContaining(['command', 'timeout', 'schedule']),
          active: true,
        },
        { name: 'first-plain', outcome: 'unchanged', active: true },
      ]);
    });

    it('activate schedules by the reconcile, whose rules are those of create-job', async () => {
      const app = await newApp('active');
      const job = { name: 'active-report', command: 'bin/report', schedule: YEARLY };
      await applied(app, [job]);
      expect(api().rules(space(), 'active-report')).toEqual([]);
      await later();
      expect(api().rules(space(), 'active-report')).toHaveLength(1);
      const { body } = await apply(app, [job]);
      expect(body.jobs).toEqual([{ name: 'active-report', outcome: 'unchanged', active: true }]);
    });

    it(
      'of 200 jobs send reads alone when nothing differs',
      async () => {
        const app = await newApp('many');
        const jobs = Array.from({ length: 200 }, (_, at) => ({
          name: `many-${at}`,
          command: `bin/report ${at}`,
          schedule: { cron: `${at % 60} 2 1 1 *` },
          env: [{ name: 'AT', value: String(at) }],
          resources: { memory: '64M' },
          concurrencyPolicy: 'Forbid',
        }));
        let left = jobs.length;
        while (left > 0) {
          const outcomes = Object.values(await applied(app, jobs));
          const remaining = outcomes.filter((outcome) => outcome === 'remaining').length;
          expect(remaining).toBeLessThan(left);
          left = remaining;
        }
        gated().open();
        const again = await applied(app, jobs, { prune: true });
        expect(new Set(Object.values(again))).toEqual(new Set(['unchanged']));
        expect(Object.keys(again)).toHaveLength(200);
        expect(writes()).toEqual([]);
        expect(gated().requests.length).toBeLessThan(6);
        await call('DELETE', `/apps/${app}`);
      },
      MANY_MS,
    );

    it('with dryRun say what they would do, and write nothing', async () => {
      const app = await newApp('tried');
      await applied(app, [{ name: 'tried-old' }, { name: 'tried-same' }]);
      gated().open();
      const { body } = await apply(app, [{ name: 'tried-new', schedule: YEARLY }, { name: 'tried-same' }], {
        prune: true,
        dryRun: true,
      });
      expect(body.jobs).toEqual([
        { name: 'tried-new', outcome: 'created' },
        { name: 'tried-same', outcome: 'unchanged' },
        { name: 'tried-old', outcome: 'deleted' },
      ]);
      expect(writes()).toEqual([]);
    });

    it('change nothing where anything is wrong', async () => {
      const app = await newApp('wrong');
      await newApp('wrong-other');
      await applied('wrong-other', [{ name: 'of-another' }]);
      const good = { name: 'wrong-good' };
      const bad = { name: 'wrong-bad' };
      gated().open();
      for (const [job, status, text] of [
        [{ ...bad, schedule: { cron: '0 2 * *' } }, 422, 'jobs[1].schedule.cron'],
        [{ ...bad, schedule: { at: '2020-01-01 00:00' } }, 422, 'jobs[1].schedule.at'],
        [{ ...bad, trigger: { pattern: { detail: { a: [1] } } } }, 422, 'jobs[1].trigger.pattern'],
        [{ ...bad, app }, 422, 'jobs[1].app'],
        [good, 422, '"wrong-good" is there twice'],
        [{ name: 'of-another' }, 409, 'is of app "wrong-other"'],
      ] as const) {
        const answer = await apply(app, [good, job]);
        expect([answer.status, JSON.stringify(answer.body)]).toEqual([
          status,
          expect.stringContaining(text.replaceAll('"', '\\"')),
        ]);
      }
      expect((await apply('nowhere', [good])).status).toBe(404);
      expect(writes()).toEqual([]);
      expect(await stored(app)).toEqual([]);
    });

    it('prune what an apply for this app made, and nothing else', async () => {
      const app = await newApp('pruned');
      await newApp('pruned-other');
      await applied(app, [{ name: 'pruned-old' }, { name: 'pruned-kept' }, { name: 'pruned-moved' }]);
      await applied('pruned-other', [{ name: 'pruned-of-other' }]);
      await call('PATCH', '/jobs/pruned-moved', { app: 'pruned-other' });
      await call('PATCH', '/jobs/pruned-of-other', { app });
      await call('POST', '/jobs', { name: 'pruned-by-command', app });
      await admin().create(listPath('jobs', space()), jobObject('pruned-by-kubectl', { app }));
      const byKubectl = { name: 'pruned-by-kubectl', command: 'bin/changed' };
      await applied(app, [{ name: 'pruned-kept' }, byKubectl]);
      expect(await applied(app, [{ name: 'pruned-kept' }], { prune: true })).toEqual({
        'pruned-kept': 'unchanged',
        'pruned-by-command': 'kept',
        'pruned-by-kubectl': 'kept',
        'pruned-of-other': 'kept',
        'pruned-old': 'deleted',
      });
      expect((await stored(app)).map(({ name }) => name).toSorted()).toEqual([
        ...['pruned-by-command', 'pruned-by-kubectl', 'pruned-kept', 'pruned-of-other'],
      ]);
      expect(await applied('pruned-other', [], { prune: true })).toEqual({ 'pruned-moved': 'kept' });
      expect(await applied(app, [], { prune: true })).toMatchObject({ 'pruned-kept': 'deleted' });
    });

    it('leave a suspended job suspended where the file says nothing of it', async () => {
      const app = await newApp('halted');
      const job = { name: 'halted-report', schedule: YEARLY };
      await applied(app, [job]);
      await call('PUT', '/jobs/halted-report/suspended');
      expect(await applied(app, [job])).toEqual({ 'halted-report': 'unchanged' });
      expect(await applied(app, [{ ...job, command: 'bin/other' }])).toEqual({ 'halted-report': 'changed' });
      expect((await call('GET', '/jobs/halted-report')).body.suspend).toBe(true);
      expect(await applied(app, [{ ...job, suspend: false }])).toEqual({ 'halted-report': 'changed' });
      expect((await call('GET', '/jobs/halted-report')).body.suspend).toBe(false);
    });

    it('replace the whole pattern of a trigger', async () => {
      const app = await newApp('triggered');
      const job = (detail: object) => ({
        name: 'triggered-report',
        trigger: { pattern: { source: ['shop.a'], detail } },
      });
      await applied(app, [job({ app: ['a'] })]);
      await applied(app, [job({ job: ['b'] })]);
      expect((await call('GET', '/jobs/triggered-report')).body.trigger.pattern.detail).toEqual({
        job: ['b'],
      });
    });

    it('that are cut at any write, and repeated, end in the state of the file', async () => {
      const app = await newApp('cut');
      const before = [{ name: 'cut-changed', command: 'true' }, { name: 'cut-same' }, { name: 'cut-old' }];
      const file = [
        { name: 'cut-changed', command: 'false', schedule: YEARLY },
        { name: 'cut-same' },
        { name: 'cut-new' },
      ];
      const state = async () =>
        (await stored(app)).map(({ annotations: { 'taskbridge.dev/nonce': _, ...annotations }, ...job }) => ({
          ...job,
          annotations,
        }));
      gated().open();
      await applied(app, before);
      await applied(app, file, { prune: true });
      const wanted = await state();
      expect(wanted.map(({ name }) => name)).toEqual(['cut-changed', 'cut-new', 'cut-same']);
      // Lease, one job of each kind, and the lease again.
      for (let passed = 0; passed < 5; passed += 1) {
        await applied(app, [...before], { prune: true });
        gated().open(passed);
        const { status } = await apply(app, file, { prune: true });
        expect([passed, status >= 400]).toEqual([passed, true]);
        gated().open();
        if (passed > 0)
          expect((await apply(app, file, { prune: true })).status).toBe(passed === 4 ? 200 : 409);
        await later(2);
        await applied(app, file, { prune: true });
        expect(await state()).toEqual(wanted);
        await applied(app, before, { prune: true });
        expect(await leaseOf(app)).toBe(undefined);
      }
    });

    it('of one app go one after another', async () => {
      const app = await newApp('twice');
      const files = ['one', 'two', 'three'].map((command) =>
        Array.from({ length: 20 }, (_, at) => ({ name: `twice-${at}`, command })),
      );
      const answers = await Promise.all(files.map((jobs) => apply(app, jobs)));
      expect(answers.some(({ status }) => status === 200)).toBe(true);
      for (const { status } of answers) expect([200, 409]).toContain(status);
      const commands = new Set((await stored(app)).map((job) => JSON.stringify(Object(job).command)));
      expect(commands.size).toBe(1);

      const held = JSON.stringify({ holderIdentity: 'another', renewTime: api().now().toISOString() });
      const annotate = (value: string) =>
        admin().mergePatch(objectPath('apps', space(), app), {
          metadata: { annotations: { [LEASE]: value } },
        });
      await annotate(held);
      const [first = []] = files;
      const refused = await apply(app, [...first, { name: 'twice-more' }]);
      expect([refused.status, refused.body.detail]).toEqual([
        409,
        expect.stringContaining('is under way since'),
      ]);
      await later(2);
      expect(await applied(app, [...first, { name: 'twice-more' }])).toMatchObject({
        'twice-more': 'created',
      });
      await annotate('anything');
      expect(await applied(app, first, { prune: true })).toMatchObject({ 'twice-more': 'deleted' });
    });
  });
};
