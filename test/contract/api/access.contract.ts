import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { startCloud } from '../../../local/cloud.ts';
import { jwtAuthorizer } from '../../../local/gateway/authorizer.ts';
import { BUNDLES } from '../../support/bundles.ts';
import { listPath, objectPath } from '../../support/paths.ts';
import type { Api } from '../support/api.ts';

/** Access control: closed spaces, tokens without the space, foreign runs. */
export const access = (api: () => Api): void => {
  describe('access', () => {
    it('a closed space and one that is not there are one answer', async () => {
      const closed = await api().target.closedNamespace();
      const answers = await Promise.all(
        [closed, 'not-there'].map(async (space) => {
          const calls = [
            api().call('GET', `/v1/spaces/${space}/apps`),
            api().call('GET', `/v1/spaces/${space}/tasks`),
            api().push(space, 'billing'),
            api().call('POST', `/v1/spaces/${space}/apps/billing/tasks`, { command: 'ls' }),
            api().call('POST', `/v1/spaces/${space}/tasks/billing-1/terminate`),
            api().call('DELETE', `/v1/spaces/${space}/apps/billing`),
            api().call('GET', `/v1/spaces/${space}/jobs`),
            api().call('GET', `/v1/spaces/${space}/jobs/report`),
            api().call('GET', `/v1/spaces/${space}/jobs/report/tasks`),
            api().call('POST', `/v1/spaces/${space}/jobs`, { name: 'report', app: 'billing' }),
            api().call('POST', `/v1/spaces/${space}/jobs/report/run`),
            api().call('PUT', `/v1/spaces/${space}/jobs/report/schedule`, { cron: '* * * * *' }),
            api().call('DELETE', `/v1/spaces/${space}/jobs/report/schedule`),
            api().call('PUT', `/v1/spaces/${space}/jobs/report/suspended`),
            api().call('PUT', `/v1/spaces/${space}/suspended`),
            api().call('DELETE', `/v1/spaces/${space}/jobs/report`),
          ];
          const problems = (await Promise.all(calls)).map(({ status, body }) => `${status} ${body.detail}`);
          return problems.map((problem) => problem.replaceAll(space, 'SPACE'));
        }),
      );
      expect(new Set(answers.flat())).toEqual(
        new Set(['403 Space "SPACE" is not open to Taskbridge, or it is not there.']),
      );
    });

    it("a run that is not Taskbridge's does not exist for any verb", async () => {
      const space = await api().target.openSpace();
      const admin = api().target.as('admin');
      await api().push(space, 'billing');
      const { body: app } = await admin.get(objectPath('apps', space, 'billing'));
      const runs = [
        foreignRun('no-labels', {}, []),
        // Labels alone, which anybody can write, are not enough.
        foreignRun('no-owner', ourLabels, []),
        foreignRun('no-labels-but-owner', {}, [ownedBy(app.metadata.uid)]),
      ];
      for (const run of runs)
        expect((await admin.create(listPath('pipelineruns', space), run)).status).toBe(201);

      for (const { metadata } of runs) {
        const task = `/v1/spaces/${space}/tasks/${metadata.name}`;
        expect((await api().call('GET', task)).status).toBe(404);
        expect((await api().call('GET', `${task}/logs`)).status).toBe(404);
        expect((await api().call('POST', `${task}/terminate`)).status).toBe(404);
        const { body } = await admin.get(objectPath('pipelineruns', space, metadata.name));
        expect(body.spec.status).toBe('PipelineRunPending');
      }
      expect((await api().call('GET', `/v1/spaces/${space}/tasks`)).body.items).toEqual([]);
      expect(
        (await api().call('POST', `/v1/spaces/${space}/apps/billing/tasks/other/terminate`)).status,
      ).toBe(404);
    });

    it('a job that came by kubectl is not adopted, and a run that only says it is its own is not its', async () => {
      const space = await api().target.openSpace();
      const admin = api().target.as('admin');
      await api().push(space, 'billing', { command: 'true' });
      const job = {
        apiVersion: 'taskbridge.dev/v1alpha1',
        kind: 'Job',
        metadata: { name: 'theirs', labels: { 'example.org/kept': 'yes' } },
        spec: { app: 'billing' },
      };
      expect((await admin.create(listPath('jobs', space), job)).status).toBe(201);
      const labels = { ...ourLabels, 'taskbridge.dev/job': 'theirs' };
      await admin.create(listPath('pipelineruns', space), foreignRun('no-owner', labels, []));

      const path = `/v1/spaces/${space}/jobs/theirs`;
      const scheduled = await api().call('PUT', `${path}/schedule`, { cron: '@yearly' });
      expect(scheduled.body.schedule).toMatchObject({ cron: '@yearly', driver: 'rules' });
      expect((await api().call('GET', `${path}/tasks`)).body.items).toEqual([]);
      const { body } = await admin.get(objectPath('jobs', space, 'theirs'));
      expect(body.metadata).toMatchObject({ labels: job.metadata.labels });
      expect(body.metadata).not.toHaveProperty('ownerReferences');
      expect((await api().call('DELETE', path)).status).toBe(204);
      expect(api().rules(space, 'theirs')).toEqual([]);
      expect((await admin.get(objectPath('pipelineruns', space, 'no-owner'))).status).toBe(200);
    });

    it('a token reaches the spaces of its claim, and nothing without one', async () => {
      const { target } = api();
      const space = await target.openSpace();
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const settings = { issuer: 'https://issuer.test', audience: 'taskbridge' };
      const cloud = await startCloud({
        bundles: BUNDLES,
        cluster: {
          endpoint: target.url,
          ca: target.ca,
          token: async (identity) => target.token(identity),
        },
        authorizer: jwtAuthorizer({ key: publicKey, ...settings }),
      });
      const token = (claims: Record<string, unknown>) =>
        new SignJWT({ sub: 'ada', ...claims })
          .setProtectedHeader({ alg: 'ES256' })
          .setIssuer(settings.issuer)
          .setAudience(settings.audience)
          .setExpirationTime('5m')
          .sign(privateKey);
      const status = async (claims?: Record<string, unknown>) => {
        const headers = claims === undefined ? {} : { authorization: `Bearer ${await token(claims)}` };
        return (await fetch(`${cloud.url}/v1/spaces/${space}/apps`, { headers })).status;
      };
      try {
        expect(await status({ spaces: ['other', space] })).toBe(200);
        expect(await status({ spaces: `${space} other` })).toBe(200);
        expect(await status({ spaces: [`${space}-2`] })).toBe(403);
        expect(await status({ spaces: [] })).toBe(403);
        expect(await status({})).toBe(403);
        expect(await status()).toBe(401);
        const listed = await fetch(`${cloud.url}/v1/spaces`, {
          headers: { authorization: `Bearer ${await token({ spaces: [space, 'not-there'] })}` },
        });
        expect(await listed.json()).toEqual({ items: [{ name: space }] });
        const none = await fetch(`${cloud.url}/v1/spaces`, {
          headers: { authorization: `Bearer ${await token({})}` },
        });
        expect(await none.json()).toEqual({ items: [] });
      } finally {
        await cloud.stop();
      }
    });
  });
};

const ourLabels = {
  'app.kubernetes.io/managed-by': 'taskbridge',
  'taskbridge.dev/app': 'billing',
  'taskbridge.dev/task-id': 'other',
};

const ownedBy = (uid: string) => ({
  apiVersion: 'taskbridge.dev/v1alpha1',
  kind: 'App',
  name: 'billing',
  uid,
});

const foreignRun = (name: string, labels: object, ownerReferences: readonly object[]) => ({
  apiVersion: 'tekton.dev/v1',
  kind: 'PipelineRun',
  metadata: { name, labels, ownerReferences },
  spec: {
    status: 'PipelineRunPending',
    pipelineSpec: {
      tasks: [
        {
          name: 'task',
          taskSpec: { steps: [{ name: 'a', image: 'taskbridge.local/busybox:1', command: ['true'] }] },
        },
      ],
    },
  },
});
