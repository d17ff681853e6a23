import { readdir } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import type { AppSpec } from '../../lib/apps/app.ts';
import { occurrenceId } from '../../lib/platform/names.ts';
import { toPipelineRun } from '../../lib/tasks/pipeline-run.ts';
import type { TaskSpec } from '../../lib/tasks/spec.ts';
import { expectGolden } from '../support/golden.ts';
import { appOf } from '../support/memory-ports.ts';

const MiB = 1024 ** 2;

const order = (spec: Partial<AppSpec>, given: Partial<TaskSpec> = {}): TaskSpec => ({
  app: appOf('billing', spec),
  id: 'bcdfg',
  command: 'bin/migrate',
  requestedBy: 'arn:aws:iam::111122223333:user/ada',
  requestedAt: new Date('2026-11-24T21:00:00.123Z'),
  nonce: '0123456789abcdef01234567',
  ...given,
});

/** App on an image that was built from its source. */
const builtOrder = (given: Partial<TaskSpec>): TaskSpec => {
  const { spec, ...app } = appOf('billing', { source: { sha256: 'a'.repeat(64) } });
  const image = `registry.example/team-a/billing@sha256:${'b'.repeat(64)}`;
  const built = { image, build: 'billing-build-0123456789', processes: ['task', 'worker'] };
  return order({}, { app: { ...app, spec: { ...spec, image: undefined }, built }, ...given });
};

const HOSTILE = `echo $(date) $$ $(params.x) "it's" 한글`;

const SIX = new Date('2026-12-02T06:00:00Z');
const NIGHTLY = { name: 'nightly', uid: 'uid-of-nightly' };

/** Inputs by the name of their golden file, which holds them beside the manifest. */
const INPUTS: Readonly<Record<string, TaskSpec>> = {
  'plain-app': order({}),
  'everything-set': order(
    {
      entrypoint: ['/cnb/lifecycle/launcher'],
      env: [
        { name: 'GREETING', value: 'hello' },
        { name: 'API_KEY', valueFrom: { secretKeyRef: { name: 'keys', key: 'api' } } },
      ],
      services: [
        { name: 'orders', secretName: 'orders-binding', label: 'postgres', tags: ['sql'], plan: 'small' },
        { name: 'mail', secretName: 'mail-binding' },
      ],
      resources: { cpu: 500, memory: 512 * MiB, disk: 2048 * MiB },
      serviceAccountName: 'billing',
      securityGroups: ['internal-db', 'mail-out'],
      labels: { team: 'a', 'example.org/cost-centre': '42' },
      taskTimeout: 5400,
      pendingTimeout: 600,
    },
    { displayName: 'Migrate to 한글', requestHash: 'f'.repeat(32) },
  ),
  'hostile-texts': order(
    {
      entrypoint: ['/bin/sh', '-c', HOSTILE],
      env: [
        { name: 'SHELL_TEXT', value: HOSTILE },
        { name: 'TEKTON', value: '$(context.taskRun.name)\n$(tasks.a.results.b)' },
        { name: 'DOLLARS', value: '$$ $$$ $( $' },
      ],
    },
    { command: `${HOSTILE}\n$(context.taskRun.name)\n# ${'long '.repeat(800)}` },
  ),
  'resources-of-the-task': order(
    { resources: { cpu: 100, memory: 256 * MiB, disk: 512 * MiB } },
    { resources: { cpu: 2000, memory: 4096 * MiB, disk: 5_000_000 } },
  ),
  'long-name': { ...order({}), app: appOf(`b${'-long'.repeat(12)}`) },
  'platform-variable-wins': order({
    env: [
      { name: 'MEMORY_LIMIT', value: 'mine' },
      { name: 'VCAP_SERVICES', value: 'mine' },
      { name: 'KEPT', value: 'mine' },
    ],
  }),
  'own-database-url': order({
    env: [{ name: 'DATABASE_URL', value: 'postgres://mine' }],
    services: [{ name: 'orders', secretName: 'orders-binding', label: 'postgres' }],
  }),
  'run-of-a-job': order({}, { job: NIGHTLY }),
  'scheduled-run': order({}, { job: NIGHTLY, id: occurrenceId(SIX), scheduledTime: SIX }),
  'run-of-a-backfill': order(
    {},
    {
      job: NIGHTLY,
      id: occurrenceId(SIX),
      scheduledTime: SIX,
      queued: true,
      backfill: { maxRunning: 2, again: true },
    },
  ),
  'built-image-by-command': builtOrder({ command: `bin/migrate "$(date)"` }),
  'built-image-by-process': builtOrder({ command: '/cnb/process/worker', process: 'worker' }),
  'copied-files': order({ workspace: 'copy' }),
  'copied-files-by-the-launcher': order({ entrypoint: ['/cnb/lifecycle/launcher'] }),
  'arguments-for-a-shell': order(
    { entrypoint: ['/bin/bash', '-lc'], env: [{ name: 'A', value: 'app' }], taskTimeout: 600 },
    {
      command: 'bin/report --all\n',
      args: ['--dry-run', HOSTILE],
      env: [{ name: 'A', value: 'run' }],
      timeout: 60,
      overrides: { env: ['A'], args: 2, timeout: '60s' },
    },
  ),
  'arguments-for-a-program': order({ entrypoint: ['python3', 'manage.py'] }, { args: ['--day', '$(date)'] }),
  'traced-run': order(
    {},
    {
      trace: {
        traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
        tracestate: 'congo=$(date),rojo=00f067aa0ba902b7',
      },
    },
  ),
  'placed-run': order({
    resources: { cpu: 100, memory: 256 * MiB, disk: 512 * MiB, gpu: 1 },
    placement: {
      nodeSelector: { 'kubernetes.io/arch': 'arm64' },
      tolerations: [
        { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' },
        { key: 'spot', operator: 'Exists', effect: 'NoExecute' },
      ],
      priorityClassName: 'batch',
      runtimeClassName: 'nvidia',
    },
  }),
  'gpu-of-another-resource': order(
    { resources: { cpu: 100, memory: 256 * MiB, disk: 512 * MiB, gpu: 2 } },
    { gpuResource: 'amd.com/gpu' },
  ),
  'queued-run': order({ maxRunning: 2 }, { queued: true }),
};

describe('toPipelineRun', () => {
  it.each(Object.entries(INPUTS))('writes the manifest of golden/%s', async (name, inputs) => {
    await expectGolden(name, { inputs, manifest: toPipelineRun(inputs) });
  });

  it('has no golden file without its test', async () => {
    const files = await readdir(new URL('../golden/', import.meta.url));
    expect(files.toSorted()).toEqual(
      ['build-run', ...Object.keys(INPUTS)].map((name) => `${name}.golden.json`).toSorted(),
    );
  });

  it.each(Object.entries(INPUTS))('leaves Tekton no variable to replace: %s', (_, inputs) => {
    const [task] = toPipelineRun(inputs).spec.pipelineSpec.tasks;
    const seen = JSON.stringify(task).match(/\$\([^)]*\)?/g) ?? [];
    const known = [
      '$(TASKBRIDGE_COMMAND)',
      '$(TASKBRIDGE_DOLLAR)',
      '$(CF_INSTANCE_IP)',
      '$(CF_INSTANCE_PORT)',
      '$(TASKBRIDGE_ARG_1)',
      '$(TASKBRIDGE_ARG_2)',
    ];
    expect(seen.filter((reference) => !known.includes(reference))).toEqual([]);
  });

  it("does not let an app's label override one of ours", () => {
    const labels = { 'taskbridge.dev/app': 'other', 'app.kubernetes.io/managed-by': 'other' };
    expect(toPipelineRun(order({ labels })).metadata.labels).toMatchObject({
      'taskbridge.dev/app': 'billing',
      'app.kubernetes.io/managed-by': 'taskbridge',
    });
  });

  it('puts the timeout on the pipeline task and none on the run', () => {
    const { timeouts, pipelineSpec } = toPipelineRun(order({ taskTimeout: 90 })).spec;
    expect([timeouts.pipeline, pipelineSpec.tasks[0]?.timeout]).toEqual(['0s', '90s']);
  });
});
