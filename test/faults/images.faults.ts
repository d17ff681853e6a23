import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import fc from 'fast-check';
import * as v from 'valibot';
import { sourceId } from '../../lib/builds/source.ts';
import { DomainError } from '../../lib/platform/errors.ts';
import { ANNOTATION, LABEL } from '../../lib/platform/labels.ts';
import { hashOf } from '../../lib/platform/names.ts';
import { at, type KubeObject } from '../../local/kubernetes/object.ts';
import { UPLOADED } from '../support/building.ts';
import type { AllPorts } from '../support/memory-ports.ts';
import { type Environment, NOTHING, startEnvironment } from './harness/environment.ts';
import { http, RECONCILE } from './harness/requests.ts';
import { appByKubectl, push, pushSource, runTask } from './scenarios/given.ts';

/** Sources, which differ by `rebuild`, and images. */
const SOURCES = ['one', 'two', 'three'];
const IMAGES = ['registry.example/billing:1', 'registry.example/billing:2'];

/** Calls of a push at which it may be cut: before the call has its effect, or after. */
const CUTS: Readonly<Record<string, (ports: AllPorts, lost: boolean) => Partial<AllPorts>>> = {
  put: ({ apps }, lost) => ({ apps: { ...apps, put: cut(apps.put, lost) } }),
  list: ({ builds }, lost) => ({ builds: { ...builds, list: cut(builds.list, lost) } }),
  create: ({ builds }, lost) => ({ builds: { ...builds, create: cut(builds.create, lost) } }),
  createOwned: ({ secrets }, lost) => ({
    secrets: { ...secrets, createOwned: cut(secrets.createOwned, lost) },
  }),
  updateBuildStatus: ({ apps }, lost) => ({
    apps: { ...apps, updateBuildStatus: cut(apps.updateBuildStatus, lost) },
  }),
  cancel: ({ builds }, lost) => ({ builds: { ...builds, cancel: cut(builds.cancel, lost) } }),
};

const cut =
  <A extends readonly unknown[], R>(call: (...given: A) => Promise<R>, lost: boolean) =>
  async (...given: A): Promise<R> => {
    if (lost) await call(...given);
    throw new DomainError('unavailable', 'The cluster is out of reach (the test). Try again.');
  };

type Step =
  | { readonly do: 'push'; readonly of: string; readonly cutAt?: string | undefined; readonly lost: boolean }
  | { readonly do: 'apply'; readonly of: string }
  | { readonly do: 'end'; readonly good: boolean }
  | { readonly do: 'reconcile' };

const anyPush = fc.constantFrom(...SOURCES, ...SOURCES, ...IMAGES);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('push' as const), of: anyPush, lost: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('push' as const),
      of: anyPush,
      cutAt: fc.constantFrom(...Object.keys(CUTS)),
      lost: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('apply' as const), of: anyPush }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('end' as const), good: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reconcile' as const) }) },
);

const MINUTE_MS = 60_000;
const BEGINNING = new Date('2026-11-24T21:10:00Z');
const SEQUENCES = 80;

const sourceOf = (rebuild: string) => ({ sha256: UPLOADED, rebuild });

const activeBuilds = ({ cluster }: Environment): readonly KubeObject[] =>
  cluster
    .objects('pipelineruns')
    .filter(
      ({ metadata, status }) =>
        metadata.labels?.[LABEL.buildId] !== undefined && at(status, 'completionTime') === undefined,
    );

const digestOf = (build: string): string => `sha256:${hashOf([build], 10).padEnd(64, '0')}`;
const isImage = (pushed: string): boolean => IMAGES.includes(pushed);

/** The app as it should be, from what was done to it. */
class Oracle {
  /** What was pushed, newest first, each once. */
  pushes: string[] = [];
  /** Images of good builds by their source, the newest one of each. */
  readonly good = new Map<string, string>();

  pushed(of: string): void {
    this.pushes = [of, ...this.pushes.filter((one) => one !== of)];
  }

  /** Image that a task runs on; `undefined`: it is refused. */
  image(): string | undefined {
    for (const of of this.pushes) {
      const image = isImage(of) ? of : this.good.get(of);
      if (image !== undefined) return image;
    }
    return undefined;
  }
}

/** What the spec of the App has now. */
function pushedNow({ cluster }: Environment): string | undefined {
  const [app] = cluster.objects('apps');
  const found = at(app, 'spec', 'image') ?? at(app, 'spec', 'source', 'rebuild');
  return typeof found === 'string' ? found : undefined;
}

async function take(environment: Environment, oracle: Oracle, step: Step): Promise<void> {
  const { cluster, clock, other } = environment;
  if (step.do === 'push') {
    const request = isImage(step.of) ? push({ image: step.of }) : pushSource({ rebuild: step.of });
    const cutAt = step.cutAt === undefined ? undefined : CUTS[step.cutAt];
    await other.call(request, { change: (ports) => ({ ...ports, ...cutAt?.(ports, step.lost) }) });
    if (pushedNow(environment) === step.of) oracle.pushed(step.of);
  } else if (step.do === 'apply') {
    const [app] = cluster.objects('apps');
    const spec = isImage(step.of) ? { image: step.of } : { image: undefined, source: sourceOf(step.of) };
    const applied = appByKubectl('billing', spec);
    cluster.apply(app === undefined ? applied : { ...applied, metadata: app.metadata, status: app.status });
    // An image that the next push replaces within the minute is seen by nobody.
    if (isImage(step.of)) await other.call(RECONCILE);
    oracle.pushed(step.of);
  } else if (step.do === 'end') {
    for (const build of activeBuilds(environment)) {
      const digest = digestOf(build.metadata.name);
      cluster.end(build.metadata.name, step.good ? 0 : 51, step.good ? { digest, processes: 'task' } : {});
      const { labels, annotations } = build.metadata;
      const source = SOURCES.find((one) => sourceId(sourceOf(one)) === labels?.[LABEL.buildId]);
      if (step.good && source !== undefined)
        oracle.good.set(source, `${annotations?.[ANNOTATION.repository]}@${digest}`);
    }
  } else {
    clock.moveTo(new Date(clock.now().getTime() + MINUTE_MS));
    await other.call(RECONCILE);
  }
  await cluster.quiet();
}

const Run = v.object({
  spec: v.object({
    pipelineSpec: v.object({
      tasks: v.array(v.object({ taskSpec: v.object({ steps: v.array(v.object({ image: v.string() })) }) })),
    }),
  }),
});
const App = v.object({
  image: v.optional(v.string()),
  builtImage: v.optional(v.object({ image: v.string() })),
});

/** Image that the next task runs on. */
async function imageOfTask(environment: Environment): Promise<string | undefined> {
  const { cluster, other } = environment;
  const before = new Set(cluster.objects('pipelineruns').map(({ metadata }) => metadata.name));
  await other.call(runTask());
  await cluster.quiet();
  const [run] = cluster.objects('pipelineruns').filter(({ metadata }) => !before.has(metadata.name));
  if (run === undefined) return undefined;
  const [task] = v.parse(Run, run).spec.pipelineSpec.tasks;
  cluster.remove('pipelineruns', run.metadata.name);
  await cluster.quiet();
  return task?.taskSpec.steps[0]?.image;
}

/** Image that the app says it runs on. */
async function imageOfApp({ other }: Environment): Promise<string | undefined> {
  const { statusCode, body } = await other.answer(http('GET /apps/billing'));
  if (statusCode === 404) return undefined;
  const app = v.parse(v.pipe(v.string(), v.parseJson(), App), body);
  return app.image ?? app.builtImage?.image;
}

describe('the image that tasks of an app run on', () => {
  let environment: Environment;
  beforeAll(async () => {
    environment = await startEnvironment();
  });
  afterAll(() => environment.stop());

  it('is that of the newest push with a good one, from API or kubectl and wherever a push was cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 3, maxLength: 9 }), async (steps) => {
        await environment.renew(BEGINNING, NOTHING);
        const oracle = new Oracle();
        for (const step of steps) {
          await take(environment, oracle, step);
          assert.equal(await imageOfTask(environment), oracle.image(), JSON.stringify(step));
          assert.equal(await imageOfApp(environment), oracle.image(), JSON.stringify(step));
        }
        // What was cut off is completed, and nothing changes by it.
        for (let round = 0; round < 3; round += 1) await take(environment, oracle, { do: 'reconcile' });
        assert.equal(await imageOfTask(environment), oracle.image(), 'at the end');
      }),
      { numRuns: SEQUENCES },
    );
  }, 600_000);
});
