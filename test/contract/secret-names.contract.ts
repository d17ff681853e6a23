import { beforeAll, describe, expect, it } from '@jest/globals';
import type { AppSpec } from '../../lib/apps/app.ts';
import { toBuildRun } from '../../lib/builds/pipeline-run.ts';
import { type PipelineRun, toPipelineRun } from '../../lib/tasks/pipeline-run.ts';
import { building } from '../support/building.ts';
import { eventually } from '../support/eventually.ts';
import { listPath } from '../support/paths.ts';
import { withStep, withTemplate } from './support/refused-runs.ts';
import type { Target } from './support/target.ts';

/** Admission policies on the names of Secrets in the runs of the functions. */
export const secretNames = (target: () => Target) =>
  describe('the names of Secrets', () => {
    let space = '';
    const source = { sha256: 'a'.repeat(64), env: [{ name: 'BP_X', value: '1' }] };
    const build = (registry: string) =>
      toBuildRun({
        app: { space, name: 'billing', uid: 'uid', createdAt: '', pushes: [], spec: { source } },
        source,
        settings: { ...building.settings, registryAuth: { kind: 'secret', name: registry } },
        attempt: 1,
        requestedBy: 'ada',
        requestedAt: new Date('2026-11-24T21:00:00.250Z'),
        nonce: '1',
      });
    const create = async (identity: 'runner' | 'keeper', run: object) => {
      const path = `${listPath('pipelineruns', space)}?dryRun=All`;
      const { status, body } = await target().as(identity).create(path, run);
      return status === 201 ? 'created' : body.message;
    };

    beforeAll(async () => {
      space = await target().openSpace();
      await eventually(
        async () => ((await create('keeper', build('other'))) === 'created' ? undefined : true),
        { what: 'the policies at work' },
      );
    });

    describe('in the runs of tasks', () => {
      const run = (change: (run: PipelineRun) => object = (one) => one, spec: Partial<AppSpec> = {}) =>
        change(
          toPipelineRun({
            app: {
              space,
              name: 'billing',
              uid: 'uid',
              createdAt: '',
              pushes: [],
              spec: { image: 'busybox:1', ...spec },
            },
            id: '1',
            command: 'true',
            queued: true,
            requestedBy: 'ada',
            requestedAt: new Date('2026-11-24T21:00:00.250Z'),
            nonce: '1',
            event: { id: '1', source: 's', detailType: 'd', time: '2026-11-24T21:00:00Z', depth: 0 },
          }),
        );
      const service = (secretName: string) =>
        run((one) => one, { services: [{ name: 'orders', secretName, label: 'postgres' }] });
      const variable = (name: string) => (one: PipelineRun) =>
        withStep(one, { env: [{ name: 'STOLEN', valueFrom: { secretKeyRef: { name, key: 'url' } } }] });

      it.each(['orders-binding', 'build', 'my-build', 'taskbridge-build-2'])(
        'may be of others: %s',
        async (name) => {
          expect(await create('runner', service(name))).toBe('created');
          expect(await create('runner', run(variable(name)))).toBe('created');
        },
      );

      it.each([
        'other-build-0123456789-taskbridge-build',
        'billing-1-taskbridge-build',
        'billing-2-taskbridge-event',
        'mail-taskbridge-bindings',
        'taskbridge-registry',
        'team-taskbridge-registry',
        // Tekton replaces its variables in names too.
        '$(context.pipelineRun.name)-taskbridge-build',
        '$(context.taskRun.name)',
      ])('are not Taskbridge’s own: %s', async (name) => {
        const refused = expect.stringContaining('names no Secret of Taskbridge');
        expect(await create('runner', service(name))).toEqual(refused);
        expect(await create('runner', run(variable(name)))).toEqual(refused);
        if (name.includes('$')) return;
        const pulled = (one: PipelineRun) =>
          withTemplate(one, {
            podTemplate: { ...one.spec.taskRunTemplate.podTemplate, imagePullSecrets: [{ name }] },
          });
        expect(await create('runner', run(pulled))).not.toBe('created');
      });
    });

    describe('in the runs of builds', () => {
      it.each(['taskbridge-registry', 'team-taskbridge-registry'])(
        'may be the registry’s: %s',
        async (name) => {
          expect(await create('keeper', build(name))).toBe('created');
        },
      );

      it.each([
        'orders-binding',
        'other-taskbridge-build',
        'mail-taskbridge-bindings',
        '$(context.task.name)',
      ])('are not another: %s', async (name) => {
        expect(await create('keeper', build(name))).toEqual(expect.stringContaining('and nothing else'));
        const own = build('taskbridge-registry');
        const other = JSON.parse(
          JSON.stringify(own).replaceAll(`${own.metadata.name}-taskbridge-build`, name),
        );
        expect(await create('keeper', other)).toEqual(expect.stringContaining('and nothing else'));
      });
    });
  });
