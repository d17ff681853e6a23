import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { at, isRecord, type KubeObject } from '../../local/kubernetes/object.ts';
import { SPACE } from '../support/memory-ports.ts';
import { outsideDocument } from '../support/openapi.ts';
import { type Api, type RawAnswer, startApi } from './harness/api.ts';
import { type Environment, type Snapshot, startEnvironment } from './harness/environment.ts';
import { holdsForAll } from './harness/fuzz.ts';
import { reportLine } from './harness/report.ts';
import { fire, RECONCILE } from './harness/requests.ts';
import { FIRE, TWO } from './harness/scenario.ts';
import { anyStored, type Stored } from './harness/stored.ts';
import { bindingSecret, given, ORDERS, push, scheduled } from './scenarios/given.ts';

/** Environments, each with a few odd objects. */
const ENVIRONMENTS = 80;
const MAX_ODD = 12;

const EVENING = new Date('2026-11-24T21:20:00Z');
const MINUTE_MS = 60_000;
const HEALTHY = ['healthy', 'second'];

const apiVersion = 'taskbridge.dev/v1alpha1';
const PLURAL = { App: 'apps', Job: 'jobs' } as const;

type Odd = Stored & { readonly name: string };

const odd = fc.array(anyStored, { minLength: 1, maxLength: MAX_ODD, size: 'max' });

describe('Apps and Jobs that came past the HTTP API, with fields missing or odd', () => {
  const counts = { stored: 0, refused: 0, invalid: 0, reported: 0 };
  let environment: Environment;
  let api: Api;
  let ready: Snapshot;

  beforeAll(async () => {
    environment = await startEnvironment();
    api = await startApi(environment);
    environment.clock.moveTo(EVENING);
    environment.cluster.apply(bindingSecret('orders-binding'));
    await given(environment, push(ORDERS), ...HEALTHY.map((name) => scheduled(name)));
    ready = environment.save();
  });

  afterAll(async () => {
    await api.stop();
    await environment.stop();
    await reportLine(
      'stored',
      `${counts.stored} odd Apps and Jobs in ${ENVIRONMENTS} environments, ${counts.invalid} of them invalid, of which ` +
        `${counts.reported} were reported (the cluster rejected ${counts.refused} more)`,
    );
  });

  /** Writes an object, and says whether the cluster took it. */
  function store({ kind, name, spec, status, how }: Odd): boolean {
    const manifest = {
      apiVersion,
      kind,
      metadata: { name },
      spec,
      ...(status === undefined ? {} : { status }),
    };
    try {
      if (how === 'applied') environment.cluster.apply(manifest);
      else environment.cluster.plant(PLURAL[kind], manifest);
      counts.stored += 1;
      return true;
    } catch {
      counts.refused += 1;
      return false;
    }
  }

  const get = async (path: string): Promise<RawAnswer> => {
    const answer = await api.send(SPACE, { method: 'GET', path: `/v1/spaces/${SPACE}${path}`, headers: {} });
    expect({ path, status: answer.status, why: answer.why }).toEqual({ path, status: 200, why: [] });
    expect(outsideDocument(answer)).toEqual([]);
    return answer;
  };

  async function reconcileAt(moment: Date): Promise<void> {
    environment.clock.moveTo(moment);
    expect(await environment.client.call(RECONCILE)).toEqual({ ok: true, what: 'done' });
    await environment.cluster.quiet();
    // Errors that it logs.
    expect(environment.bugs).toEqual([]);
  }

  /**
   * Asserts that a read and the conditions name the problem of an object. The embedded cluster accepts no status with
   * conditions of others that today's schema rejects; the reconcile logs the problem then.
   */
  async function isReported({ kind, name, how }: Odd): Promise<void> {
    const shown: unknown = JSON.parse((await get(`/${PLURAL[kind]}/${name}`)).body);
    const problems = at(shown, 'problems');
    if (!Array.isArray(problems)) return;
    counts.invalid += 1;
    const refused = (line: string) => line.includes('the cluster refused it') && line.includes(`"${name}"`);
    if (how === 'planted' && environment.logged.some(refused)) return;
    counts.reported += 1;
    const [first] = problems.filter(isRecord);
    const stored = environment.cluster.objects(PLURAL[kind]).find(({ metadata }) => metadata.name === name);
    const said = { type: 'Ready', status: 'False', reason: 'Invalid' };
    expect(conditionsOf(stored)).toContainEqual(
      expect.objectContaining({ ...said, message: expect.stringContaining(String(first?.message)) }),
    );
  }

  it('are reported as invalid, and stop nothing else: others fire, reads answer, the reconcile completes', async () => {
    await holdsForAll(ENVIRONMENTS, odd, async (stored) => {
      await environment.renew(EVENING, ready);
      const there = stored
        .map((one, index) => ({ ...one, name: `odd-${index}` }))
        .filter((one) => store(one));
      await environment.cluster.quiet();

      await reconcileAt(new Date(EVENING.getTime() + 2 * MINUTE_MS));
      for (const list of ['apps', 'jobs', 'tasks', 'jobs?scheduled=true']) await get(`/${list}`);
      for (const one of there) await isReported(one);

      environment.clock.moveTo(FIRE);
      const [fired = '', missed = ''] = HEALTHY;
      const jobs = there.filter(({ kind }) => kind === 'Job').map(({ name }) => name);
      // The cluster may refuse each write of an odd one's status: then its fire is refused, in words.
      for (const job of jobs) expect((await environment.client.call(fire(job, TWO))).bug).toBeUndefined();
      expect(await environment.client.call(fire(fired, TWO))).toEqual({ ok: true, what: 'done' });
      await reconcileAt(new Date(TWO.getTime() + 2 * MINUTE_MS));
      const tasks = environment.cluster.objects('pipelineruns').map(({ metadata }) => metadata.name);
      expect(tasks.filter((name) => HEALTHY.some((job) => name.startsWith(job)))).toEqual([
        expect.stringContaining(fired),
        expect.stringContaining(missed),
      ]);

      for (const { kind, name } of there) {
        const path = `/v1/spaces/${SPACE}/${PLURAL[kind]}/${name}`;
        const { status, body, why } = await api.send(SPACE, { method: 'DELETE', path, headers: {} });
        expect({ path, status, body, why }).toEqual({ path, status: 204, body: '', why: [] });
      }
      await reconcileAt(new Date(TWO.getTime() + 4 * MINUTE_MS));
      expect(environment.orphans()).toEqual([]);
    });
  });
});

const conditionsOf = (object: KubeObject | undefined): readonly unknown[] => {
  const conditions = at(object, 'status', 'conditions');
  return Array.isArray(conditions) ? conditions : [];
};
