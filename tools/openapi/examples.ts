const createdAt = '2026-11-24T13:05:09Z';

const app = {
  space: 'team-a',
  name: 'billing',
  createdAt,
  image: 'registry.example/billing:1',
  command: 'bin/migrate',
  resources: { cpu: '500m', memory: '1Gi' },
};

const task = {
  name: 'billing-bcdfg',
  id: 'bcdfg',
  app: 'billing',
  displayName: 'report',
  command: 'bin/report --month 11',
  state: 'failed',
  reason: 'OOMKilled',
  exitCode: 137,
  createdAt,
  startedAt: '2026-11-24T13:05:13Z',
  finishedAt: '2026-11-24T13:06:41Z',
  requestedBy: 'arn:aws:sts::111122223333:assumed-role/team-a-developer/ada',
};

const job = {
  space: 'team-a',
  name: 'report',
  createdAt,
  generation: 1,
  app: 'billing',
  command: 'bin/report',
  schedule: {
    cron: '0 2 * * mon-fri',
    timeZone: 'Europe/Berlin',
    description: 'At 02:00, Monday through Friday',
    nextRuns: ['2026-11-25T01:00:00Z', '2026-11-26T01:00:00Z', '2026-11-27T01:00:00Z'],
    driver: 'rules',
    since: createdAt,
  },
  concurrencyPolicy: 'Forbid',
  suspend: false,
  conditions: [
    {
      type: 'Ready',
      status: 'True',
      reason: 'Scheduled',
      message: 'It runs at "0 2 * * mon-fri" in Europe/Berlin.',
      lastTransitionTime: createdAt,
      observedGeneration: 1,
    },
  ],
};

/** An example of each answer, by the name of its component. */
export const EXAMPLES: Readonly<Record<string, unknown>> = {
  Source: {
    sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    size: 4,
    upload: {
      method: 'PUT',
      url: 'https://taskbridge-prod-sources.s3.eu-central-1.amazonaws.com/sources/team-a/billing/9f86….tgz?X-Amz-Signature=…',
      headers: {
        'content-length': '4',
        'x-amz-checksum-sha256': 'n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=',
      },
      expiresAt: '2026-11-24T13:20:09Z',
    },
  },
  Spaces: { items: [{ name: 'team-a' }] },
  App: app,
  Apps: { items: [app] },
  Builds: {
    items: [
      {
        name: 'billing-build-0c6f3d18a2',
        app: 'billing',
        sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
        state: 'succeeded',
        image: `registry.example/team-a/billing@sha256:${'4'.repeat(64)}`,
        processes: ['task', 'web'],
        inUse: true,
        createdAt,
        startedAt: '2026-11-24T13:05:13Z',
        finishedAt: '2026-11-24T13:06:41Z',
      },
    ],
  },
  AppliedJobs: {
    jobs: [
      { name: 'report', outcome: 'changed', fields: ['command', 'schedule'], active: false },
      { name: 'tidy', outcome: 'unchanged', active: true },
      { name: 'old', outcome: 'deleted' },
      { name: 'by-hand', outcome: 'kept' },
    ],
  },
  Backfill: {
    from: '2026-10-31T23:00:00Z',
    to: '2026-11-02T22:59:59.999Z',
    maxRunning: 2,
    runs: [
      { scheduledTime: '2026-11-01T01:00:00Z', task: 'report-29892060', outcome: 'kept' },
      { scheduledTime: '2026-11-02T01:00:00Z', task: 'report-29893500', outcome: 'created' },
    ],
  },
  CancelledBackfill: { cancelled: 12, remaining: 0 },
  Task: task,
  StartedTask: {
    ...task,
    state: 'pending',
    reason: undefined,
    exitCode: undefined,
    startedAt: undefined,
    finishedAt: undefined,
  },
  TerminatedTask: { ...task, log: 'begun\n' },
  Tasks: { items: [task], cursor: 'eyJiZWxvdyI6IjIwMjYifQ' },
  LogPart: { task: task.name, state: 'running', log: 'begun\n', cursor: 'MjAyNi0xMS0yNA', more: false },
  Job: job,
  ScheduledJob: { ...job, replaced: { cron: '@daily', timeZone: 'UTC' } },
  Jobs: { items: [{ ...job, outcomes: [{ name: task.name, state: task.state, createdAt }] }] },
  JobNames: { jobs: ['report'] },
};
