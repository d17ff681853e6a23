import { beforeEach, describe, expect, it } from '@jest/globals';
import { pushApp } from '../../lib/apps/push.ts';
import type { Building } from '../../lib/builds/builds.ts';
import type { Source } from '../../lib/builds/source.ts';
import { DomainError } from '../../lib/platform/errors.ts';
import { reconcile } from '../../lib/reconcile/reconcile.ts';
import { isActive } from '../../lib/tasks/task.ts';
import { building, UPLOADED } from '../support/building.ts';
import type { AllPorts } from '../support/memory-ports.ts';
import { type MemoryPorts, memoryPorts, SPACE } from '../support/memory-ports.ts';

const MINUTE_MS = 60_000;
const SUCCEEDED = {
  condition: { status: 'True', reason: 'Succeeded' } as const,
  digest: `sha256:${'4'.repeat(64)}`,
};
const FAILED = { condition: { status: 'False', reason: 'Failed' } as const };

let world: MemoryPorts;
let ports: MemoryPorts & { readonly building: Building };
beforeEach(() => {
  world = memoryPorts();
  ports = { ...world, building };
});

const refuse = async (): Promise<never> => {
  throw new DomainError('unavailable', 'Out of reach (the test). Try again.');
};

/** Call that is refused except for the first time: before a second attempt the status is written too. */
function fromSecondOn<A extends readonly unknown[], R>(step: (...given: A) => Promise<R>) {
  let times = 0;
  return (...given: A): Promise<R> => (times++ === 0 ? step(...given) : refuse());
}

const push = (more: Partial<Source> = {}, through: AllPorts = ports) =>
  pushApp(through, { space: SPACE, name: 'billing', spec: { source: { sha256: UPLOADED, ...more } } });

/** Push that is refused from one of its calls on. */
const cutPush = (change: Partial<AllPorts>, more: Partial<Source> = {}) =>
  expect(push(more, { ...ports, ...change })).rejects.toThrow('Out of reach');

const minute = (through: AllPorts = ports) => {
  world.setClock(new Date(world.now().getTime() + MINUTE_MS));
  return reconcile(through, { until: new Date(world.now().getTime() + MINUTE_MS) });
};

const app = () => ports.apps.get(SPACE, 'billing');
const builds = () => ports.builds.list(SPACE, 'billing');

/** State of the app and its builds, without times and uids. */
async function state() {
  const { build, built } = await app();
  return {
    ...{ newest: build?.name, state: build?.state, reason: build?.reason, image: built?.image },
    builds: (await builds()).map((one) => `${one.name} ${isActive(one) ? 'active' : one.condition?.reason}`),
    secrets: [...ports.stored.keys()].toSorted(),
  };
}

/** Calls of a push, in order, each refused from then on. */
const CUTS: readonly (readonly [string, (ports: AllPorts) => Partial<AllPorts>])[] = [
  ['its App', ({ builds: port }) => ({ builds: { ...port, create: refuse } })],
  ['its run', ({ secrets: port }) => ({ secrets: { ...port, createOwned: refuse } })],
  ['the Secret of its run', ({ apps: port }) => ({ apps: { ...port, updateBuildStatus: refuse } })],
  ['its status', ({ builds: port }) => ({ builds: { ...port, cancel: refuse } })],
];

describe('a push of a source', () => {
  it.each(CUTS.slice(0, 3))(
    'that was cut after %s comes to its end in the next minute',
    async (_, change) => {
      const whole = { ...memoryPorts(), building };
      await cutPush(change(ports));
      await minute();
      const left = await state();
      ports = whole;
      await push();
      expect(left).toEqual(await state());
    },
  );

  it.each(CUTS)('of another source that was cut after %s too: one build runs', async (_, change) => {
    await push();
    const { build: first } = await app();
    await cutPush(change(ports), { rebuild: 'two' });
    await minute();
    const { build } = await app();
    expect(build?.name).not.toBe(first?.name);
    expect((await builds()).filter(isActive).map(({ name }) => name)).toEqual([build?.name]);
    expect(ports.builds.cancelled()).toEqual([first?.name]);
    expect(ports.stored.has(`${build?.name}-taskbridge-build`)).toBe(true);
  });

  it.each([
    ['its run', () => ({ secrets: { ...ports.secrets, createOwned: refuse } })],
    [
      'the Secret of its run',
      () => ({ apps: { ...ports.apps, updateBuildStatus: fromSecondOn(ports.apps.updateBuildStatus) } }),
    ],
  ])('that had failed, cut in its second attempt after %s, too', async (_, change) => {
    const { app: pushed } = await push();
    const first = pushed.build?.name ?? '';
    ports.builds.becomes(first, FAILED);
    await minute();
    await cutPush(change());
    await minute();
    expect(ports.stored.has(`${first}-2-taskbridge-build`)).toBe(true);
    expect(await state()).toMatchObject({ newest: `${first}-2`, state: 'pending' });

    ports.builds.becomes(`${first}-2`, SUCCEEDED);
    await minute();
    expect(await state()).toMatchObject({ newest: `${first}-2`, state: 'succeeded' });
  });

  it('that had failed, of which the reconcile knows nothing yet, too', async () => {
    const { app: pushed } = await push();
    const first = pushed.build?.name ?? '';
    ports.builds.becomes(first, FAILED);
    await cutPush({ secrets: { ...ports.secrets, createOwned: refuse } });
    await minute();
    expect(await state()).toMatchObject({ newest: `${first}-2`, state: 'pending' });
    expect(ports.builds.cancelled()).toEqual([]);
  });

  it('that had failed and was cut before its second attempt is as it was', async () => {
    const { app: pushed } = await push();
    ports.builds.becomes(pushed.build?.name ?? '', FAILED);
    await minute();
    const before = await state();
    await cutPush({ builds: { ...ports.builds, create: refuse } });
    await minute();
    expect(await state()).toEqual(before);
  });

  it('that is there already makes no other build, and one that failed has its next attempt', async () => {
    const { app: pushed } = await push();
    const first = pushed.build?.name ?? '';
    await push();
    ports.builds.becomes(first, SUCCEEDED);
    await push();
    expect(ports.builds.names()).toEqual([first]);
    await push({ rebuild: 'two' });
    const [second = ''] = ports.builds.names().slice(1);
    for (const attempt of ['', '-2', '-3']) {
      ports.builds.becomes(`${second}${attempt}`, FAILED);
      await push({ rebuild: 'two' });
    }
    expect(ports.builds.names().slice(1)).toEqual(['', '-2', '-3', '-4'].map((end) => `${second}${end}`));
  });

  it('whose bucket is out of reach leaves nothing behind', async () => {
    const sources = { ...building.sources, has: refuse };
    await expect(push({}, { ...ports, building: { ...building, sources } })).rejects.toThrow('Out of reach');
    expect(await ports.apps.find(SPACE, 'billing')).toBeUndefined();
    expect([ports.builds.names(), [...ports.stored.keys()]]).toEqual([[], []]);
  });
});

describe('the reconcile', () => {
  it('records nothing while the bucket is out of reach, and builds the source afterwards', async () => {
    await cutPush({ builds: { ...ports.builds, create: refuse } });
    const sources = { ...building.sources, has: refuse };
    await minute({ ...ports, building: { ...building, sources } });
    expect(await state()).toMatchObject({ newest: undefined, builds: [], secrets: [] });
    await minute();
    expect(await state()).toMatchObject({ state: 'pending' });
  });

  it('reports a source that was not uploaded once', async () => {
    await ports.apps.put(SPACE, 'billing', { source: { sha256: 'b'.repeat(64) } }, 'nonce');
    await minute();
    expect(await state()).toMatchObject({ state: 'failed', reason: 'SourceGone', builds: [], secrets: [] });
    const { build } = await app();
    await minute();
    expect((await app()).build).toEqual(build);
  });

  it('cancels a build after 30 minutes of pending, and records it in the next minute', async () => {
    await push();
    world.setClock(new Date(world.now().getTime() + 28 * MINUTE_MS));
    await minute();
    expect(await state()).toMatchObject({ state: 'pending' });
    await minute();
    await minute();
    expect(await state()).toMatchObject({ state: 'cancelled', reason: 'PendingTimeout' });
  });

  it.each([
    ['succeeded', SUCCEEDED],
    ['failed', FAILED],
  ])('deletes the Secret of a build that %s before it records the end', async (_, end) => {
    await push();
    const name = (await app()).build?.name ?? '';
    ports.builds.becomes(name, end);
    const update = { apps: { ...ports.apps, updateBuildStatus: refuse } };
    await minute({ ...ports, ...update });
    expect(await state()).toMatchObject({ state: 'pending', secrets: [] });
    ports.stored.set(`${name}-taskbridge-build`, {});
    await minute({ ...ports, secrets: { ...ports.secrets, delete: refuse } });
    expect(await state()).toMatchObject({ state: 'pending', secrets: [`${name}-taskbridge-build`] });
    await minute();
    expect((await state()).secrets).toEqual([]);
    await minute();
    expect((await app()).build?.state).not.toBe('pending');
  });

  it('deletes the Secret of a build whose end a push has recorded, and of one that was overtaken', async () => {
    await push();
    ports.builds.becomes((await app()).build?.name ?? '', SUCCEEDED);
    await push();
    expect(await state()).toMatchObject({ state: 'succeeded', secrets: [] });
    await push({ rebuild: 'two' });
    const overtaken = (await app()).build?.name;
    await push({ rebuild: 'three' });
    const { build } = await app();
    expect(ports.builds.cancelled()).toEqual([overtaken]);
    expect((await state()).secrets).toEqual([`${build?.name}-taskbridge-build`]);
  });

  it('ends the build of an app whose source is now one that was never uploaded', async () => {
    await push();
    const { build } = await app();
    await ports.apps.put(SPACE, 'billing', { source: { sha256: 'b'.repeat(64) } }, 'nonce');
    await minute();
    expect(ports.builds.cancelled()).toEqual([build?.name]);
    expect(await state()).toMatchObject({ secrets: [] });
    await minute();
    expect(await state()).toMatchObject({ state: 'failed', reason: 'SourceGone', secrets: [] });
  });

  it('deletes the Secret of a build that ended before another source was pushed', async () => {
    await push();
    ports.builds.becomes((await app()).build?.name ?? '', FAILED);
    await push({ rebuild: 'two' });
    expect((await state()).secrets).toEqual([`${(await app()).build?.name}-taskbridge-build`]);
  });

  it('ends the build of an app that was pushed with an image meanwhile, and deletes its Secret', async () => {
    await push();
    const { build } = await app();
    await pushApp(ports, { space: SPACE, name: 'billing', spec: { image: 'registry.example/billing:1' } });
    await minute();
    expect(ports.builds.cancelled()).toEqual([build?.name]);
    expect(await state()).toMatchObject({ newest: undefined, secrets: [] });
    await minute();
    expect(ports.builds.cancelled()).toEqual([build?.name]);
  });

  it('keeps five builds that have ended, and the one whose image is in use', async () => {
    for (const rebuild of ['good', '1', '2', '3', '4', '5', '6', '7']) {
      await push({ rebuild });
      const { build } = await app();
      ports.builds.becomes(build?.name ?? '', rebuild === 'good' ? SUCCEEDED : FAILED);
      await minute();
    }
    const { built } = await app();
    const left = (await builds()).map(({ name }) => name);
    expect(left).toHaveLength(6);
    expect(left.at(-1)).toBe(built?.build);
  });
});
