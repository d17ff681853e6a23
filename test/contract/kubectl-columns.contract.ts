import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import type { Kubectl } from '../support/kubectl.ts';
import { inNamespace } from './support/kubectl-namespace.ts';

const apiVersion = 'taskbridge.dev/v1alpha1';
const IMAGE = `registry.example.com/team-a/billing@sha256:${'0123456789abcdef'.repeat(4)}`;
const LONG = `bin/report ${'--since yesterday '.repeat(20)}`.trim();
const condition = (type: string, status: string, reason: string) => ({
  ...{ type, status, reason, message: 'A sentence.', lastTransitionTime: '2026-11-29T02:00:00Z' },
  observedGeneration: 1,
});

const APP = {
  ...{ apiVersion, kind: 'App', metadata: { name: 'billing-reports' } },
  spec: { image: IMAGE, command: LONG, resources: { memory: '1024Mi', disk: '2048Mi' } },
};
const APP_STATUS = {
  conditions: [condition('BindingsReady', 'False', 'SecretMissing'), condition('Ready', 'False', 'Invalid')],
};

const JOB = {
  ...{ apiVersion, kind: 'Job', metadata: { name: 'nightly-report' } },
  spec: { app: 'billing', command: LONG, schedule: { cron: '*/15 * * * 1-5', timeZone: 'Europe/Berlin' } },
};
const JOB_STATUS = {
  schedule: { ...JOB.spec.schedule, since: '2026-11-20T02:00:00Z', driver: 'rules' },
  lastScheduleTime: '2026-11-29T02:00:00Z',
  nextScheduleTime: '2036-11-30T02:00:00Z',
  consecutiveFailures: 3,
  conditions: [condition('Ready', 'True', 'Scheduled'), condition('Healthy', 'False', 'OOMKilled')],
};

const HEADS = {
  apps: ['NAME', 'MEMORY', 'DISK', 'BUILD', 'BINDINGS', 'READY', 'AGE'],
  jobs: ['NAME', 'SCHEDULE', 'ZONE', 'LAST', 'HEALTH', 'STATUS'],
} as const;

const WIDE = {
  apps: ['IMAGE', 'BUILT IMAGE', 'COMMAND'],
  jobs: ['APP', 'NEXT', 'SUCCEEDED', 'FAILURES', 'POLICY', 'DRIVER', 'AGE', 'COMMAND'],
} as const;

/** Tables of Apps and Jobs: for people, at 80 columns; the long texts are in `-o wide`, at the end of a line. */
export const kubectlColumns = (given: () => Kubectl): void => {
  const { kubectl, open, close } = inNamespace(given);
  const status = (name: string, fields: object) =>
    kubectl([
      'patch',
      name,
      '--subresource=status',
      '--type=merge',
      '-p',
      JSON.stringify({ status: fields }),
    ]);

  beforeAll(async () => {
    await open();
    await kubectl(['create', '-f', '-'], [APP, JOB].map((object) => stringify(object)).join('---\n'));
    await status('tbapp/billing-reports', APP_STATUS);
    await status('tbjob/nightly-report', JOB_STATUS);
  });
  afterAll(close);

  it.each(['apps', 'jobs'] as const)('%s', async (plural) => {
    const [head = '', ...rows] = (await kubectl(['get', `${plural}.taskbridge.dev`])).trimEnd().split('\n');
    expect(head.split(/\s{2,}/)).toEqual(HEADS[plural]);
    expect(rows).toHaveLength(1);
    for (const line of [head, ...rows]) expect(line.trimEnd().length).toBeLessThanOrEqual(80);
  });

  it.each(['apps', 'jobs'] as const)('%s, wide', async (plural) => {
    const [head = '', row = '', ...rest] = (await kubectl(['get', `${plural}.taskbridge.dev`, '-o', 'wide']))
      .trimEnd()
      .split('\n');
    expect(head.split(/\s{2,}/)).toEqual([...HEADS[plural], ...WIDE[plural]]);
    expect(row.endsWith(`  ${LONG}`)).toBe(true);
    expect(row).not.toContain('{');
    expect(rest).toEqual([]);
  });

  it('shows the values of a job', async () => {
    const [, row = ''] = (await kubectl(['get', 'tbjob', '-o', 'wide'])).split('\n');
    expect(row.split(/\s{2,}/).toSpliced(3, 1)).toEqual([
      ...['nightly-report', '*/15 * * * 1-5', 'Europe/Berlin', 'OOMKilled', 'Scheduled', 'billing'],
      ...['2036-11-30T02:00:00Z', '3', 'Always', 'rules', expect.stringMatching(/^\d+s$/), LONG],
    ]);
  });
};
