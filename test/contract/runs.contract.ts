import { beforeAll, describe, expect, it } from '@jest/globals';
import type { App } from '../../lib/apps/app.ts';
import { kubernetesApps } from '../../lib/apps/repository.ts';
import { createClient } from '../../lib/platform/kubernetes/client.ts';
import { ANNOTATION, LABEL } from '../../lib/platform/labels.ts';
import { toPipelineRun } from '../../lib/tasks/pipeline-run.ts';
import { kubernetesRuns } from '../../lib/tasks/repository.ts';
import type { Runs } from '../../lib/tasks/runs.ts';
import { isActive, toTask } from '../../lib/tasks/task.ts';
import { eventually } from '../support/eventually.ts';
import { objectPath } from '../support/paths.ts';
import { POD_MS } from '../support/runs.ts';
import type { Target } from './support/target.ts';

const NOW = new Date('2026-11-24T21:00:00.250Z');

/** Runs through the repository: queued, admitted, cancelled and reported. */
export const runs = (target: () => Target) =>
  describe('runs', () => {
    let app: App;
    let port: Runs;
    let keeper: Runs;
    const nameOf = (id: string) => `billing-${id}`;
    const create = (id: string, command: string, queued = false) =>
      port.create(
        toPipelineRun({ app, id, command, queued, requestedBy: 'ada', requestedAt: NOW, nonce: id }),
      );
    const get = (id: string) => port.get(app.space, nameOf(id));
    const until = (id: string, is: (run: Awaited<ReturnType<typeof get>>) => boolean, what: string) =>
      eventually(
        async () => {
          const run = await get(id);
          return is(run) ? run : undefined;
        },
        { withinMs: POD_MS, what: `${id}: ${what}` },
      );
    const ended = (id: string) => until(id, (run) => !isActive(run), 'its end');
    const unreported = async () => {
      const { items } = await port.list(app.space, { unreported: true }, { limit: 500 });
      return items.map(({ name }) => name);
    };

    beforeAll(async () => {
      const space = await target().openSpace();
      const { url, ca, token } = target();
      const connection = (identity: 'runner' | 'keeper') =>
        createClient({ endpoint: url, tls: { ca }, token: async () => token(identity) });
      ({ app } = await kubernetesApps(connection('keeper')).put(
        space,
        'billing',
        { image: target().image },
        'nonce',
      ));
      port = kubernetesRuns(connection('runner'));
      keeper = kubernetesRuns(connection('keeper'));
    });

    describe('that are queued', () => {
      it('start when they are admitted, once', async () => {
        await create('queued', 'sleep 2', true);
        expect(await port.admit(app.space, nameOf('queued'), NOW)).toBe('admitted');
        const later = new Date(NOW.getTime() + 1_000);
        expect(await port.admit(app.space, nameOf('queued'), later)).toBe('admitted');
        const run = await until('queued', ({ condition }) => condition?.status === 'True', 'its success');
        expect(run.annotations[ANNOTATION.admittedAt]).toBe('2026-11-24T21:00:00.250Z');
        expect(await port.admit(app.space, nameOf('queued'), later)).toBe('finished');
      });

      it('stay cancelled when admitted right after the cancel', async () => {
        await create('unwanted', 'true', true);
        expect(await port.cancel(app.space, nameOf('unwanted'))).toBe('cancelling');
        expect(await port.admit(app.space, nameOf('unwanted'), NOW)).toBe('finished');
        expect(toTask(await ended('unwanted')).state).toBe('cancelled');
        expect(await port.admit(app.space, nameOf('unwanted'), NOW)).toBe('finished');
      });

      it('are finished for admission when they are gone', async () => {
        expect(await port.admit(app.space, nameOf('never'), NOW)).toBe('finished');
      });
    });

    describe('that are cancelled', () => {
      it('say why, and are there until their pod is not', async () => {
        await create('replaced', 'trap "exit 0" TERM; while true; do sleep 0.2; done');
        const pod = await eventually(
          async () => {
            const run = await port.get(app.space, nameOf('replaced'));
            const [taskRun] = await port.taskRuns(app.space, [run]);
            return taskRun?.runningSince === undefined ? undefined : taskRun.pod;
          },
          { withinMs: POD_MS, what: 'its pod' },
        );
        expect([await port.hasPod(app.space, pod), await keeper.hasPod(app.space, pod)]).toEqual([
          true,
          true,
        ]);
        expect(await port.cancel(app.space, nameOf('replaced'), 'Replaced')).toBe('cancelling');
        expect(toTask(await ended('replaced'))).toMatchObject({ state: 'cancelled', reason: 'Replaced' });
        await eventually(async () => ((await port.hasPod(app.space, pod)) ? undefined : true), {
          withinMs: POD_MS,
          what: 'the end of its pod',
        });
      });

      it('after their end keep the reason that they have', async () => {
        await create('done', 'true');
        await ended('done');
        expect(await port.cancel(app.space, nameOf('done'), 'PendingTimeout')).toBe('finished');
        expect((await get('done')).annotations).not.toHaveProperty([ANNOTATION.cancelledBecause]);
      });
    });

    describe('that have ended', () => {
      it('are unreported until they are marked as reported; repeating that is safe', async () => {
        await create('reported', 'true');
        await create('waiting', 'true', true);
        await ended('reported');
        expect(await unreported()).toEqual(expect.arrayContaining([nameOf('reported'), nameOf('waiting')]));
        await keeper.markReported(app.space, nameOf('reported'));
        await keeper.markReported(app.space, nameOf('reported'));
        expect(await unreported()).toContain(nameOf('waiting'));
        expect(await unreported()).not.toContain(nameOf('reported'));
        expect((await get('reported')).labels).toMatchObject({ [LABEL.reported]: 'true' });
      });

      it('are listed without managed fields', async () => {
        await create('slim', 'true');
        await ended('slim');
        await keeper.markReported(app.space, nameOf('slim'));
        const { body } = await target()
          .as('keeper')
          .get(objectPath('pipelineruns', app.space, nameOf('slim')));
        expect(body.metadata).not.toHaveProperty('managedFields');
        expect(body.metadata.labels).toMatchObject({ [LABEL.reported]: 'true' });
        expect(body.status.conditions).toMatchObject([{ status: 'True' }]);
      });

      it('that are gone need no report', async () => {
        await keeper.markReported(app.space, nameOf('never'));
        await expect(get('never')).rejects.toMatchObject({ kind: 'notFound' });
      });
    });
  });
