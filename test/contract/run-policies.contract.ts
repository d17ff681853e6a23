import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { withValue } from '../support/with-value.ts';
import { OF_ANY_RUN, OF_BUILDS, OF_TASKS } from './support/forged-runs.ts';
import { openPolicedSpace, type PolicedSpace, refusalOf } from './support/policed-space.ts';
import type { Target } from './support/target.ts';

const GOLDEN = new URL('../golden/', import.meta.url);

/** Annotations of a namespace that allow what the golden files have. */
const PLACEMENT = {
  'taskbridge.dev/node-selector': 'kubernetes.io/arch=arm64',
  'taskbridge.dev/tolerations': 'dedicated=gpu:NoSchedule, spot:NoExecute',
  'taskbridge.dev/priority-classes': 'batch',
  'taskbridge.dev/runtime-classes': 'nvidia',
  'taskbridge.dev/gpu': 'nvidia.com/gpu=1,amd.com/gpu=2',
};

/** Allow-list of the runs that the functions create. The embedded cluster evaluates no CEL. */
export const runPolicies = (target: () => Target) =>
  describe('the policies of new runs', () => {
    let of: PolicedSpace;
    const refused = (words: string) => ({ status: 422, why: expect.stringContaining(words) });

    beforeAll(async () => {
      of = await openPolicedSpace(target());
    });

    it('let the functions create every run that they make', async () => {
      const files = (await readdir(GOLDEN)).filter((file) => file.endsWith('.golden.json'));
      const golden = await Promise.all(
        files.map(async (file) => JSON.parse(await readFile(new URL(file, GOLDEN), 'utf8'))),
      );
      const manifests = golden.flatMap((one) =>
        'manifest' in one
          ? [one.manifest]
          : Object.values<{ manifest: unknown }>(one).map(({ manifest }) => manifest),
      );
      expect(manifests.length).toBeGreaterThan(files.length);
      await of.annotate(PLACEMENT);
      await of.answered(of.task('placed', undefined, { placement: { runtimeClassName: 'nvidia' } }), 201);
      for (const manifest of manifests) {
        const { status, text } = await of.dryRun(withValue(manifest, 'metadata/namespace', of.space));
        expect({ status, text }).toMatchObject({ status: 201 });
      }
      await of.annotate(Object.fromEntries(Object.keys(PLACEMENT).map((key) => [key, null])));
    });

    it('let them create the largest task within the cost that the API server allows for a policy', async () => {
      const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
      const keys = numbers(20).map((index) => `${'n'.repeat(60)}.example/key-${index}`);
      const run = of.task('largest', undefined, {
        workspace: 'copy',
        env: numbers(1000).map((index) => ({
          name: `VARIABLE_${index}`,
          valueFrom: { secretKeyRef: { name: `secret-${index % 50}`, key: 'k'.repeat(60) } },
        })),
        services: numbers(50).map((index) => ({ name: `service-${index}`, secretName: `binding-${index}` })),
        securityGroups: numbers(20).map((index) => `group-${index}`),
        labels: Object.fromEntries(
          numbers(100).map((index) => [`${'p'.repeat(60)}.example/label-${index}`, 'x']),
        ),
        placement: {
          nodeSelector: Object.fromEntries(keys.map((key) => [key, 'v'.repeat(63)])),
          tolerations: keys.map((key) => ({ key, value: 'v'.repeat(63), effect: 'NoSchedule' as const })),
        },
      });
      const allowed = keys.map((key) => `${key}=${'v'.repeat(63)}`);
      await of.annotate({
        'taskbridge.dev/node-selector': allowed.join(),
        'taskbridge.dev/tolerations': allowed.map((entry) => `${entry}:NoSchedule`).join(),
      });
      await of.answered(run, 201);
      const { status, text } = await of.dryRun(run, 'runner');
      await of.annotate({ 'taskbridge.dev/node-selector': null, 'taskbridge.dev/tolerations': null });
      expect({ status, text: status === 201 ? '' : text }).toEqual({ status: 201, text: '' });
    });

    it('let them create a run whose status is set, without its status', async () => {
      const forged = withValue(of.task(), 'status/conditions', [{ type: 'Succeeded', status: 'True' }]);
      const { status, body } = await of.dryRun(forged);
      expect({ status, conditions: body.status?.conditions }).toEqual({ status: 201 });
    });

    it.each([...OF_ANY_RUN, ...OF_TASKS])('refuse a task with %s: %j', async (path, value, words) => {
      const answer = await of.dryRun(withValue(of.task(), path, value), 'runner');
      expect(refusalOf(answer)).toEqual(refused(words));
    });

    it.each([...OF_ANY_RUN, ...OF_BUILDS])('refuse a build with %s: %j', async (path, value, words) => {
      const answer = await of.dryRun(withValue(of.build(), path, value));
      expect(refusalOf(answer)).toEqual(refused(words));
    });

    it('refuse the runner a build', async () => {
      const answer = await of.dryRun(of.build(), 'runner');
      expect(refusalOf(answer)).toEqual(refused("builds are the keeper's to create"));
    });
  });
