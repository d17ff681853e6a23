import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { listPath, objectPath } from '../../support/paths.ts';
import { type Api, SMALL } from '../support/api.ts';

/** Apps: push, read, replace, delete with all that they own. */
export const apps = (api: () => Api): void => {
  describe('apps', () => {
    let space: string;

    beforeAll(async () => {
      space = await api().target.openSpace();
    });

    it('are made by a first push and replaced by the next', async () => {
      const first = await api().push(space, 'billing', { command: 'bin/migrate', labels: { team: 'a' } });
      expect(first.status).toBe(201);
      expect(first.body).toMatchObject({
        name: 'billing',
        space,
        command: 'bin/migrate',
        labels: { team: 'a' },
      });

      const second = await api().push(space, 'billing', { env: [{ name: 'A', value: '$(x) $$' }] });
      expect(second.status).toBe(200);

      const { status, body } = await api().call('GET', `/v1/spaces/${space}/apps/billing`);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        image: api().target.image,
        env: [{ name: 'A', value: '$(x) $$' }],
        resources: { cpu: '10m', memory: '64Mi', disk: '64Mi' },
      });
      expect(body).not.toHaveProperty('command');
    });

    it('keep what others wrote into them when they are pushed again', async () => {
      await api().push(space, 'labelled');
      const path = objectPath('apps', space, 'labelled');
      await api()
        .target.as('admin')
        .mergePatch(path, { metadata: { labels: { 'example.org/kept': 'yes' } } });
      await api().push(space, 'labelled', { command: 'true' });
      const { body } = await api().target.as('admin').get(path);
      expect(body.metadata.labels).toEqual({ 'example.org/kept': 'yes' });
    });

    it('have no label and security group but those that the parameters of the policies name', async () => {
      const parameters = objectPath('podtemplates', 'taskbridge', 'run-parameters');
      const [labels, groups] = [
        `app-labels.taskbridge.dev/${space}`,
        `security-groups.taskbridge.dev/${space}`,
      ];
      const annotate = (annotations: Readonly<Record<string, string | null>>) =>
        api().target.as('admin').mergePatch(parameters, { metadata: { annotations } });
      const push = (securityGroup: string, label: string) =>
        api().push(space, 'limited', { securityGroups: [securityGroup], labels: { [label]: 'false' } });
      await annotate({ [labels]: 'team, example.org/', [groups]: 'mail' });
      try {
        const { status, body } = await push('internal-db', 'sidecar.istio.io/inject');
        expect({ status, errors: body.errors }).toEqual({
          status: 422,
          errors: [
            {
              field: 'labels.sidecar.istio.io/inject',
              message: `Label "sidecar.istio.io/inject" is not allowed in space "${space}": its platform team allows team, example.org/.`,
            },
            {
              field: 'securityGroups[0]',
              message: `Security group "internal-db" is not allowed in space "${space}": its platform team allows mail.`,
            },
          ],
        });
        expect((await push('mail', 'example.org/x')).status).toBe(201);
      } finally {
        await annotate({ [labels]: null, [groups]: null });
      }
      expect((await push('internal-db', 'sidecar.istio.io/inject')).status).toBe(200);
    });

    it('are listed by name, in parts', async () => {
      const own = await api().target.openSpace();
      for (const name of ['c', 'a', 'b']) await api().push(own, name);
      const first = await api().call('GET', `/v1/spaces/${own}/apps?limit=2`);
      expect(first.body.items.map(({ name }: { name: string }) => name)).toEqual(['a', 'b']);
      const cursor = encodeURIComponent(first.body.cursor);
      const second = await api().call('GET', `/v1/spaces/${own}/apps?limit=2&cursor=${cursor}`);
      expect(second.body.items.map(({ name }: { name: string }) => name)).toEqual(['c']);
      expect(second.body).not.toHaveProperty('cursor');
    });

    it('have warnings of variables that their shell drops, and none without a shell, whose program gets them', async () => {
      const env = [{ name: 'a.client.zone', value: 'b' }];
      const pushed = await api().push(space, 'dotted', { env });
      expect(pushed.body.warnings).toEqual([
        { field: 'env', message: expect.stringContaining('/bin/sh drops a.client.zone where') },
      ]);
      const path = `/v1/spaces/${space}/apps/dotted`;
      expect((await api().call('GET', path)).body.warnings).toEqual(pushed.body.warnings);

      expect((await api().push(space, 'dotted', { env, entrypoint: ['env'] })).body).not.toHaveProperty(
        'warnings',
      );
      const { name, state } = await api().run(space, 'dotted', { command: 'env' });
      const { log } = (await api().call('GET', `/v1/spaces/${space}/tasks/${name}/logs`)).body;
      expect([state, log.split('\n')]).toEqual(['succeeded', expect.arrayContaining(['a.client.zone=b'])]);
    });

    it('that kubectl made invalid are listed with their problems, and run nothing', async () => {
      const admin = api().target.as('admin');
      const spec = { image: api().target.image, labels: { 'taskbridge.dev/app': 'other' } };
      const app = { apiVersion: 'taskbridge.dev/v1alpha1', kind: 'App', metadata: { name: 'odd' }, spec };
      expect((await admin.create(listPath('apps', space), app)).status).toBe(201);

      const listed = await api().call('GET', `/v1/spaces/${space}/apps`);
      const odd = listed.body.items.find(({ name }: { name: string }) => name === 'odd');
      expect(odd.problems).toMatchObject([{ field: 'labels.taskbridge.dev/app' }]);
      const shown = await api().call('GET', `/v1/spaces/${space}/apps/odd`);
      expect([shown.status, shown.body]).toEqual([200, odd]);

      const { status, body } = await api().call('POST', `/v1/spaces/${space}/apps/odd/tasks`, {
        command: 'true',
      });
      expect(status).toBe(409);
      expect(body.detail).toContain('labels.taskbridge.dev/app');

      await api().minute(new Date(api().now().getTime() + 60_000));
      const { body: stored } = await admin.get(objectPath('apps', space, 'odd'));
      expect(stored.status.conditions).toMatchObject([
        {
          ...{ type: 'Ready', status: 'False', reason: 'Invalid' },
          message: expect.stringContaining('labels.taskbridge.dev/app'),
        },
      ]);
    });

    it('are deleted with their tasks, running ones too, and their Secret', async () => {
      const admin = api().target.as('admin');
      await admin.create(listPath('secrets', space), secret('orders-binding', { uri: 'postgres://db' }));
      const services = [{ name: 'orders', secretName: 'orders-binding', label: 'postgres' }];
      expect((await api().push(space, 'leaving', { services })).status).toBe(201);
      const bindings = objectPath('secrets', space, 'leaving-taskbridge-bindings');
      expect((await admin.get(bindings)).status).toBe(200);
      const task = await api().call('POST', `/v1/spaces/${space}/apps/leaving/tasks`, {
        command: 'sleep 600',
      });
      await api().until(space, task.body.name, 'running');

      expect((await api().call('DELETE', `/v1/spaces/${space}/apps/leaving`)).status).toBe(204);
      for (const path of [objectPath('pipelineruns', space, task.body.name), bindings]) {
        await eventually(async () => ((await admin.get(path)).status === 404 ? true : undefined), {
          what: `the end of ${path}`,
        });
      }

      const again = await api().call('DELETE', `/v1/spaces/${space}/apps/leaving`);
      expect(again.status).toBe(404);
      expect(again.body.detail).toBe(`App "leaving" is not in space "${space}".`);
    });

    it('are not made where somebody else’s Secret has the name of theirs, which stays as it is', async () => {
      const admin = api().target.as('admin');
      const own = await api().target.openSpace();
      await admin.create(listPath('secrets', own), secret('orders-binding', { uri: 'postgres://db' }));
      await admin.create(listPath('secrets', own), secret('late-taskbridge-bindings', { kept: 'yes' }));
      const services = [{ name: 'orders', secretName: 'orders-binding' }];
      const { status, body } = await api().push(own, 'late', { services });
      expect([status, body.detail]).toEqual([409, expect.stringContaining('is in the way')]);
      expect((await api().call('GET', `/v1/spaces/${own}/apps/late`)).status).toBe(404);

      expect((await api().push(own, 'late')).status).toBe(201);
      const stays = await admin.get(objectPath('secrets', own, 'late-taskbridge-bindings'));
      expect(JSON.parse(stays.text).data).toEqual({ kept: Buffer.from('yes').toString('base64') });
    });

    it('pushed right after they were deleted have new bindings', async () => {
      const admin = api().target.as('admin');
      const own = await api().target.openSpace();
      await admin.create(listPath('secrets', own), secret('orders-binding', { uri: 'postgres://db' }));
      const services = [{ name: 'orders', secretName: 'orders-binding' }];
      for (let time = 0; time < 5; time += 1) {
        // A push waits 10 s for the garbage collector, which may take longer on a busy machine.
        await eventually(
          async () => {
            const { status, body } = await api().push(own, 'again', { services });
            expect([201, 409]).toContain(status);
            if (status === 201) return body;
            expect(body.detail).toMatch('Push again in a minute');
            return undefined;
          },
          { what: 'the Secret of the earlier app is gone' },
        );
        const { body: app } = await admin.get(objectPath('apps', own, 'again'));
        const bindings = await admin.get(objectPath('secrets', own, 'again-taskbridge-bindings'));
        expect(JSON.parse(bindings.text).metadata.ownerReferences).toMatchObject([{ uid: app.metadata.uid }]);
        expect((await api().call('DELETE', `/v1/spaces/${own}/apps/again`)).status).toBe(204);
      }
    });

    it('are not bound to the token of a service account', async () => {
      const admin = api().target.as('admin');
      const own = await api().target.openSpace();
      const token = {
        apiVersion: 'v1',
        kind: 'Secret',
        type: 'kubernetes.io/service-account-token',
        metadata: { name: 'stolen', annotations: { 'kubernetes.io/service-account.name': 'default' } },
      };
      expect((await admin.create(listPath('secrets', own), token)).status).toBe(201);
      const services = [{ name: 'thief', secretName: 'stolen' }];
      const { status, body } = await api().push(own, 'thief', { services });
      expect([status, body.errors]).toEqual([
        422,
        [{ field: 'services[0].secretName', message: expect.stringContaining('one that no app is given') }],
      ]);
      expect((await api().call('GET', `/v1/spaces/${own}/apps/thief`)).status).toBe(404);
      const valueFrom = { secretKeyRef: { name: 'stolen', key: 'token' } };
      const variable = await api().push(own, 'thief', { env: [{ name: 'TOKEN', valueFrom }] });
      expect([variable.status, variable.body.errors]).toEqual([
        422,
        [expect.objectContaining({ field: 'env[0].valueFrom.secretKeyRef.name' })],
      ]);
    });

    it('pass every label on to their tasks', async () => {
      const labels = { team: 'a', constructor: 'b', prototype: 'c' };
      const { body } = await api().push(space, 'labelled', { labels });
      expect(body.labels).toEqual(labels);
      const { name } = await api().run(space, 'labelled', { command: 'true' });
      const run = await api()
        .target.as('admin')
        .get(objectPath('pipelineruns', space, name));
      expect(run.body.metadata.labels).toMatchObject(labels);
    });

    it('may run as a service account only where the space allows it for tasks', async () => {
      const admin = api().target.as('admin');
      const account = (name: string, labels: object) => ({
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name, labels },
      });
      await admin.create(listPath('serviceaccounts', space), account('deployer', {}));
      await admin.create(
        listPath('serviceaccounts', space),
        account('tasks', { 'taskbridge.dev/task-service-account': 'true' }),
      );
      expect((await api().push(space, 'as-tasks', { serviceAccountName: 'tasks' })).status).toBe(201);
      for (const serviceAccountName of ['deployer', 'not-there']) {
        const { status, body } = await api().push(space, 'as-other', { serviceAccountName });
        expect(status).toBe(422);
        expect(body.errors).toMatchObject([{ field: 'serviceAccountName' }]);
      }
      expect((await api().call('GET', `/v1/spaces/${space}/apps/as-other`)).status).toBe(404);
    });

    it('give their tasks no more than they ask for: the answer shows what was understood', async () => {
      const { body } = await api().push(space, 'sizes', {
        resources: { ...SMALL, memory: '1G', disk: '512Mi', cpu: 0.5 },
      });
      expect(body.resources).toEqual({ cpu: '500m', memory: '1024Mi', disk: '512Mi' });
    });
  });
};

/** A Secret of `stringData`. */
export const secret = (name: string, values: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name },
  data: Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  ),
});
