import type { ScreenshotData } from './data.ts';

export const SPACES = ['data-platform', 'payments', 'storefront'] as const;
export const SPACE = 'payments';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const APPS: readonly (readonly [path: string, spec: object])[] = [
  [
    'payments/apps/billing',
    {
      image: 'registry.example/payments/billing:2026.11.3',
      command: 'invoices send --due today',
      env: [
        { name: 'RAILS_ENV', value: 'production' },
        { name: 'LEDGER_URL', value: 'https://ledger.payments.svc' },
        { name: 'PRINTER_QUEUE', value: 'invoices' },
      ],
      resources: { memory: '1G', disk: '2G', cpu: '500m' },
      securityGroups: ['ledger-db'],
      labels: { team: 'payments' },
      taskTimeout: '1h',
    },
  ],
  [
    'payments/apps/orders-api',
    {
      image: 'registry.example/shop/orders-api:v481',
      command: 'orders expire-carts',
      resources: { memory: '512M', disk: '1G', cpu: '250m' },
      taskTimeout: '30m',
    },
  ],
  [
    'payments/apps/catalog-sync',
    {
      image: 'registry.example/shop/catalog-sync:v77',
      command: 'catalog sync',
      resources: { memory: '2G' },
      maxRunning: 1,
    },
  ],
  [
    'storefront/apps/storefront',
    { image: 'registry.example/shop/storefront:v1204', command: 'orders warm-cache' },
  ],
  ['data-platform/apps/warehouse', { image: 'registry.example/data/warehouse:9', command: 'warehouse load' }],
];

const DAILY = [
  [
    'payments',
    {
      name: 'nightly-invoices',
      app: 'billing',
      command: 'invoices send --due today',
      concurrencyPolicy: 'Forbid',
      schedule: { cron: '0 2 * * *', timeZone: 'Europe/Berlin' },
    },
  ],
  [
    'payments',
    {
      name: 'nightly-report',
      app: 'orders-api',
      command: 'orders report --format csv',
      resources: { memory: '1G' },
      schedule: { cron: '0 1 * * *' },
    },
  ],
  [
    'payments',
    {
      name: 'dunning-mails',
      app: 'billing',
      command: 'dunning remind',
      startingDeadlineSeconds: 7200,
      schedule: { cron: '0 9 * * mon-fri', timeZone: 'Europe/Berlin' },
    },
  ],
  ['data-platform', { name: 'load-warehouse', app: 'warehouse', schedule: { cron: '0 1 * * *' } }],
  ['storefront', { name: 'warm-cache', app: 'storefront', schedule: { cron: '0 1 * * *' } }],
] as const;

const floorTo = (moment: number, step: number): number => Math.floor(moment / step) * step;

/** Creates the history of a month: failed, timed out and succeeded runs, and what runs now. */
export async function liveThrough(world: ScreenshotData, now: Date): Promise<void> {
  for (const [path, spec] of APPS) await world.call('PUT', path, spec);
  for (const [space, job] of DAILY) await world.call('POST', `${space}/jobs`, job);
  await days(world, now);
  await hours(world, now);
  await today(world, now);
}

async function days({ minute, programs }: ScreenshotData, now: Date): Promise<void> {
  const today = floorTo(now.getTime(), DAY_MS);
  for (let ago = 31; ago >= 2; ago -= 1) {
    const night = new Date(today - ago * DAY_MS + HOUR_MS);
    await programs.fate('invoices', ago === 9 || ago === 18 ? 1 : 0);
    await programs.fate('orders', ago === 6 ? 1 : 0);
    await minute(night, 95 + ((ago * 37) % 60));
    const morning = new Date(today - ago * DAY_MS + 8 * HOUR_MS);
    if (morning.getUTCDay() % 6 !== 0) await minute(morning, 21 + (ago % 9));
  }
  await programs.fate('invoices', 0);
  await programs.fate('orders', 0);
}

async function hours(world: ScreenshotData, now: Date): Promise<void> {
  const { minute, programs, call, clock } = world;
  const first = floorTo(now.getTime(), HOUR_MS) - 31 * HOUR_MS;
  clock.moveTo(new Date(first + 5 * MINUTE_MS));
  await call('POST', 'payments/jobs', {
    ...{ name: 'expire-carts', app: 'orders-api', schedule: { cron: '0 * * * *' } },
  });
  for (let hour = first + HOUR_MS; hour < now.getTime() - 5 * HOUR_MS; hour += HOUR_MS) {
    const left = Math.round((now.getTime() - hour) / HOUR_MS);
    await programs.fate('orders', left === 11 || left === 12 ? 1 : 0);
    await minute(new Date(hour), 34 + ((left * 7) % 21));
  }
  await programs.fate('orders', 0);
}

async function today(world: ScreenshotData, now: Date): Promise<void> {
  const { minute, programs, call, clock } = world;
  const first = floorTo(now.getTime(), 15 * MINUTE_MS) - 4.5 * HOUR_MS;
  const ledger = {
    name: 'reconcile-ledger',
    app: 'billing',
    command: 'ledger reconcile',
    concurrencyPolicy: 'Forbid',
  };
  await call('POST', 'payments/jobs', { ...ledger, schedule: { cron: '*/15 * * * *' } });
  for (let quarter = first; quarter < now.getTime() - 4 * MINUTE_MS; quarter += 15 * MINUTE_MS) {
    const left = Math.round((now.getTime() - quarter) / MINUTE_MS);
    await programs.fate('ledger', left > 70 && left < 100 ? 2 : 0);
    await minute(new Date(quarter), 12 + (left % 7));
  }
  const paused = { cron: '0 4 * * sun', timeZone: 'Europe/Berlin' };
  await call('POST', 'payments/jobs', {
    name: 'export-ledger',
    app: 'billing',
    command: 'ledger export',
    schedule: paused,
  });
  await call('PUT', 'payments/jobs/export-ledger/suspended');
  await call('POST', 'payments/jobs', {
    name: 'rebuild-search-index',
    app: 'catalog-sync',
    command: 'catalog reindex',
  });
  await world.apply([legacy]);
  await minute(new Date(floorTo(now.getTime(), MINUTE_MS) - 3 * MINUTE_MS), 20);
  await oneByOne(world, now);
  clock.moveTo(now);
}

/** Job created with kubectl, whose app does not exist. */
const legacy = {
  apiVersion: 'taskbridge.dev/v1alpha1',
  kind: 'Job',
  metadata: { name: 'legacy-import', namespace: 'payments' },
  spec: { app: 'legacy', command: 'import --all' },
};

/** Manual tasks, and those that run now. */
async function oneByOne({ call, programs, quiet, clock }: ScreenshotData, now: Date): Promise<void> {
  const run = (app: string, body: object) => call('POST', `payments/apps/${app}/tasks`, body);
  clock.moveTo(new Date(now.getTime() - 150_000));
  await run('orders-api', { command: 'orders backfill --since 2026-11-01', name: 'backfill' });
  await quiet('payments');
  await programs.fate('catalog', 3);
  await run('catalog-sync', { name: 'supplier 6 alone' });
  await quiet('payments');
  await programs.gate(false);
  clock.moveTo(new Date(now.getTime() - 80_000));
  await run('billing', { command: 'invoices send --due today --retry-failed', name: 'retry' });
  await run('catalog-sync', {});
  await run('catalog-sync', { name: 'full sync' });
  const cancelled = Object(await run('orders-api', { command: 'orders rebuild-totals' }));
  await call('POST', `payments/tasks/${cancelled.name}/terminate`);
  await quiet('payments', 3);
}
