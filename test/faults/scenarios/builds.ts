import { DomainError } from '../../../lib/platform/errors.ts';
import { LABEL } from '../../../lib/platform/labels.ts';
import type { AllPorts } from '../../support/memory-ports.ts';
import type { Environment } from '../harness/environment.ts';
import { http, RECONCILE, type Request } from '../harness/requests.ts';
import type { Scenario } from '../harness/scenario.ts';
import { appByKubectl, bindingSecret, given, ORDERS, push, pushSource, runTask } from './given.ts';

/** Another source than the one before. */
const OTHER = { rebuild: 'once more' };

const DONE = { digest: `sha256:${'4'.repeat(64)}`, processes: 'task web' };

const pushed: Pick<Scenario, 'answers' | 'again'> = { answers: '200', again: 'finishes' };

/** push-app with a source, and what else meets a build. */
export const BUILDS: readonly Scenario[] = [
  {
    name: 'push-app: a new app with a source',
    prepare: async () => {},
    request: pushSource(),
    ...{ answers: '201', again: 'finishes' },
  },
  {
    name: 'push-app: a new app with a source, its environment and a service',
    prepare: async ({ cluster }) => cluster.apply(bindingSecret('orders-binding')),
    request: pushSource({ env: [{ name: 'BP_NODE_VERSION', value: '20' }] }, ORDERS),
    ...{ answers: '201', again: 'finishes' },
  },
  {
    name: 'push-app: another source while a build runs',
    prepare: (environment) => given(environment, pushSource()),
    request: pushSource(OTHER),
    ...pushed,
  },
  {
    name: 'push-app: a source that was superseded, while the build runs that superseded it',
    prepare: (environment) => given(environment, pushSource(), pushSource(OTHER)),
    request: pushSource(),
    ...pushed,
  },
  {
    name: 'push-app: the same source while it is built',
    prepare: (environment) => given(environment, pushSource()),
    request: pushSource(),
    ...pushed,
  },
  {
    name: 'push-app: the same source after a good build',
    prepare: async (environment) => {
      await built(environment, 0);
      await given(environment, RECONCILE);
    },
    request: pushSource(),
    ...pushed,
  },
  {
    name: 'push-app: the same source after a failed build',
    prepare: async (environment) => {
      await built(environment, 51);
      await given(environment, RECONCILE);
    },
    request: pushSource(),
    ...pushed,
  },
  {
    name: 'push-app: the same source after a failed build whose end is not written',
    prepare: (environment) => built(environment, 51),
    request: pushSource(),
    ...pushed,
  },
  {
    name: 'run-task: on an image whose build has just ended',
    prepare: (environment) => built(environment, 0),
    request: runTask(),
    ...{ answers: '201', again: 'adds' },
  },
  {
    name: 'delete-app: while a build runs',
    prepare: (environment) => given(environment, pushSource()),
    request: http('DELETE /apps/billing'),
    ...{ answers: '204', again: 'finishes' },
  },
];

const RECONCILED = { request: RECONCILE, answers: 'done', again: 'never' } as const;

/** Work that a push, a build or `kubectl` leaves to the reconcile. */
export const BUILDS_LEFT: readonly Scenario[] = [
  {
    name: 'reconcile: a push that was cut after its App',
    prepare: (environment) =>
      cut(environment, pushSource(), (ports) => ({ builds: cutAt(ports.builds, 'create') })),
    ...RECONCILED,
  },
  {
    name: 'reconcile: a push that was cut after its run',
    prepare: (environment) =>
      cut(environment, pushSource(), (ports) => ({ secrets: cutAt(ports.secrets, 'createOwned') })),
    ...RECONCILED,
  },
  {
    name: 'reconcile: a push that was cut after the Secret of its run',
    prepare: (environment) =>
      cut(environment, pushSource(), (ports) => ({ apps: cutAt(ports.apps, 'updateBuildStatus') })),
    ...RECONCILED,
  },
  {
    name: 'reconcile: a push that was cut before it cancelled the build before',
    prepare: async (environment) => {
      await given(environment, pushSource());
      await cut(environment, pushSource(OTHER), (ports) => ({ builds: cutAt(ports.builds, 'cancel') }));
    },
    ...RECONCILED,
  },
  {
    name: 'reconcile: a second attempt that was cut after its run',
    prepare: async (environment) => {
      await built(environment, 51);
      await given(environment, RECONCILE);
      await cut(environment, pushSource(), (ports) => ({ secrets: cutAt(ports.secrets, 'createOwned') }));
    },
    ...RECONCILED,
  },
  {
    name: 'reconcile: a build that succeeded',
    prepare: (environment) => built(environment, 0),
    ...RECONCILED,
  },
  {
    name: 'reconcile: a build that failed',
    prepare: (environment) => built(environment, 51),
    ...RECONCILED,
  },
  {
    name: 'reconcile: a build whose app has an image meanwhile',
    prepare: (environment) => given(environment, pushSource(), push()),
    ...RECONCILED,
  },
  {
    name: 'reconcile: a build that ended, whose app has an image meanwhile',
    prepare: async (environment) => {
      await built(environment, 0);
      await given(environment, push());
    },
    ...RECONCILED,
  },
  {
    name: 'reconcile: an app with a source that came by kubectl',
    prepare: async ({ cluster }) => cluster.apply(sourceByKubectl('a')),
    ...RECONCILED,
  },
  {
    name: 'reconcile: a source that was never uploaded',
    prepare: async ({ cluster }) => cluster.apply(sourceByKubectl('b')),
    ...RECONCILED,
  },
];

/** Source whose checksum repeats `digit`: see `UPLOADED`. */
const sourceByKubectl = (digit: string) =>
  appByKubectl('billing', { image: undefined, source: { sha256: digit.repeat(64) } });

/** Push whose build has ended, before a reconcile. */
async function built(environment: Environment, exitCode: number, more: object = {}): Promise<void> {
  await given(environment, pushSource(more));
  const active = environment.cluster
    .objects('pipelineruns')
    .filter(({ metadata, status }) => metadata.labels?.[LABEL.buildId] !== undefined && isActive(status));
  const [build, ...others] = active;
  if (build === undefined || others.length > 0) throw new Error(`${active.length} builds run.`);
  environment.cluster.end(build.metadata.name, exitCode, exitCode === 0 ? DONE : {});
  await environment.cluster.quiet();
}

const isActive = (status: unknown): boolean => !JSON.stringify(status ?? {}).includes('completionTime');

/** A push that one of its steps ended. */
async function cut(
  environment: Environment,
  request: Request,
  change: (ports: AllPorts) => Partial<AllPorts>,
): Promise<void> {
  const { ok } = await environment.other.call(request, {
    change: (ports) => ({ ...ports, ...change(ports) }),
  });
  if (ok) throw new Error('The push was not cut.');
  await environment.cluster.quiet();
}

const cutAt = <T extends object>(port: T, step: keyof T): T => ({
  ...port,
  [step]: async () => {
    throw new DomainError('unavailable', 'The cluster is out of reach (the test). Try again.');
  },
});
