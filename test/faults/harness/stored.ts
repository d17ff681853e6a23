import fc from 'fast-check';
import { mangled } from './fuzz.ts';

/** App or Job written past the HTTP API. */
export type Stored = {
  readonly kind: 'App' | 'Job';
  readonly spec: unknown;
  readonly status: unknown;
  /** `applied`: by `kubectl`, as far as the definition takes it. `planted`: under a definition before this one. */
  readonly how: 'applied' | 'planted';
};

const APP = {
  image: 'registry.example/billing:1',
  entrypoint: ['/bin/sh', '-c'],
  command: 'bin/migrate',
  env: [
    { name: 'A', value: 'b' },
    { name: 'B', valueFrom: { secretKeyRef: { name: 'orders-binding', key: 'uri' } } },
  ],
  services: [{ name: 'orders', secretName: 'orders-binding', label: 'postgres', tags: ['sql'] }],
  resources: { cpu: '500m', memory: '256M', disk: 1_073_741_824 },
  securityGroups: ['internal-db'],
  labels: { team: 'a' },
  taskTimeout: '1h30m',
  pendingTimeout: '10m',
  maxRunning: 2,
  taskRetention: 5,
};

const JOB = {
  app: 'billing',
  command: 'bin/report',
  resources: { memory: '512M' },
  schedule: { cron: '0 2 * * *', timeZone: 'UTC' },
  concurrencyPolicy: 'Forbid',
  suspend: false,
  startingDeadlineSeconds: 3_600,
};

const SINCE = '2026-11-20T00:00:00Z';
const condition = (type: string) => ({
  ...{ type, status: 'True', reason: 'Scheduled', message: 'It runs.', lastTransitionTime: SINCE },
});

const APP_STATUS = { conditions: [condition('BindingsReady'), condition('Ready')] };

const JOB_STATUS = {
  schedule: { cron: '0 2 * * *', timeZone: 'UTC', since: SINCE, expressionsHash: 'abc', driver: 'rules' },
  lease: {
    ...{ occurrence: '2026-11-24T02:00:00Z', replaces: ['a-1'] },
    ...{ holderIdentity: 'a0b1c2', renewTime: '2026-11-24T02:00:01Z' },
  },
  lastScheduleTime: '2026-11-24T02:00:00Z',
  lastSuccessfulTime: '2026-11-24T02:01:00Z',
  lastFailureTime: '2026-11-23T02:01:00Z',
  consecutiveFailures: 1,
  health: {
    lastRun: { name: 'nightly-1', finishedAt: '2026-11-24T02:01:00Z', reason: 'Error' },
    ...{ failingSince: SINCE, expectedSince: SINCE, silentSince: SINCE },
    unreported: [{ type: 'Recovered', time: SINCE, task: 'nightly-1', since: SINCE, failures: 1, depth: 0 }],
  },
  nextScheduleTime: '2026-11-25T02:00:00Z',
  conditions: [condition('Ready'), condition('OnTime')],
};

const how = fc.constantFrom(...(['applied', 'applied', 'planted'] as const));

const statusOf = (meant: object): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constant(meant) },
    { weight: 3, arbitrary: mangled(meant) },
  );

/** Any App or Job, most of them nearly right. */
export const anyStored: fc.Arbitrary<Stored> = fc.oneof(
  fc.record({
    kind: fc.constant('App' as const),
    spec: mangled(APP),
    status: statusOf(APP_STATUS),
    how,
  }),
  fc.record({
    kind: fc.constant('Job' as const),
    spec: mangled(JOB),
    status: statusOf(JOB_STATUS),
    how,
  }),
);
