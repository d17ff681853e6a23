import { beforeAll, describe, expect, it } from '@jest/globals';
import { app, job } from '../support/custom-resources.ts';
import { listPath, objectPath } from '../support/paths.ts';
import type { Target } from './support/target.ts';

const FIELD_PATH = 'spec.env[0].valueFrom.fieldRef.fieldPath';
const envFrom = (fieldPath: string) => ({ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath } } }] });

const MANIFEST = { apps: app, jobs: job } as const;

/** Validation and defaults of the schemas in cluster/crds. */
export const validation = (target: () => Target) =>
  describe('validation', () => {
    let space = '';
    const keeper = () => target().as('keeper');
    const create = (plural: keyof typeof MANIFEST, name: string, spec: object = {}, query = {}) =>
      keeper().create(listPath(plural, space), MANIFEST[plural](name, spec), query);

    beforeAll(async () => {
      space = await target().openSpace();
    });

    it.each([
      ['memory in no unit', { resources: { memory: '12Q' } }, 'spec.resources.memory'],
      ['memory in thousandths', { resources: { memory: '256m' } }, 'spec.resources.memory'],
      ['memory of a few bytes', { resources: { memory: 1024 } }, 'spec.resources.memory'],
      ['memory that is a list', { resources: { memory: [] } }, 'spec.resources.memory'],
      ['no GPU', { resources: { gpu: 0 } }, 'spec.resources.gpu'],
      ['GPUs as text', { resources: { gpu: '1' } }, 'spec.resources.gpu'],
      [
        'a toleration of every taint',
        { placement: { tolerations: [{ operator: 'Exists', effect: 'NoExecute' }] } },
        'spec.placement.tolerations[0].key',
      ],
      [
        'a node label that is a list',
        { placement: { nodeSelector: { pool: ['a'] } } },
        'spec.placement.nodeSelector.pool',
      ],
      ['negative cpu', { resources: { cpu: '-1' } }, 'spec.resources.cpu'],
      ['cpu as a fraction of a number', { resources: { cpu: 0.5 } }, 'spec.resources.cpu'],
      ['a duration without a unit', { taskTimeout: '30' }, 'spec.taskTimeout'],
      ['an empty duration', { pendingTimeout: '' }, 'spec.pendingTimeout'],
      ['no room for any task', { maxRunning: 0 }, 'spec.maxRunning'],
      ['a limit as text', { maxRunning: '10' }, 'spec.maxRunning'],
      ['an env name with =', { env: [{ name: 'A=B', value: '' }] }, 'spec.env[0].name'],
      ['one env name twice', { env: [{ name: 'A' }, { name: 'B' }, { name: 'A' }] }, 'spec.env[2]'],
      ['an empty valueFrom', { env: [{ name: 'A', valueFrom: {} }] }, 'spec.env[0].valueFrom'],
      [
        'a key reference without a key',
        { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'a' } } }] },
        'spec.env[0].valueFrom.secretKeyRef.key',
      ],
      ['an env value that is a number', { env: [{ name: 'A', value: 1 }] }, 'spec.env[0].value'],
      ['a service without a secret', { services: [{ name: 'orders' }] }, 'spec.services[0].secretName'],
      [
        'a service name with a dot',
        { services: [{ name: 'a.b', secretName: 'a' }] },
        'spec.services[0].name',
      ],
      ['one security group twice', { securityGroups: ['db', 'db'] }, 'spec.securityGroups[1]'],
      ['a label value with a space', { labels: { team: 'a b' } }, 'spec.labels.team'],
      ['an empty entrypoint', { entrypoint: [] }, 'spec.entrypoint'],
      ['a field path that no variable can have', envFrom('spec.foo'), FIELD_PATH],
      ['a field path that Tekton would replace', envFrom("metadata.labels['$(params.x)']"), FIELD_PATH],
      ['an image without a path', { image: 'UPPER/..//:@' }, 'spec.image'],
      ['an image with capitals in its path', { image: 'registry.example/Billing' }, 'spec.image'],
      ['an image with a short digest', { image: 'busybox@sha256:0123' }, 'spec.image'],
    ])('refuses an App with %s', async (_, spec, path) => {
      const { status, body } = await create('apps', 'refused', spec);
      expect(body).toMatchObject({ kind: 'Status', reason: 'Invalid', code: 422 });
      expect(status).toBe(422);
      expect(body.details.causes.map(({ field }) => field)).toContain(path);
      expect((await keeper().get(objectPath('apps', space, 'refused'))).status).toBe(404);
    });

    it.each([
      ['no app', { app: null }, 'spec.app'],
      ['an app with capitals', { app: 'Billing' }, 'spec.app'],
      ['an unknown policy', { concurrencyPolicy: 'Sometimes' }, 'spec.concurrencyPolicy'],
      ['a schedule without cron and time', { schedule: { timeZone: 'UTC' } }, 'spec.schedule'],
      ['a negative deadline', { startingDeadlineSeconds: -1 }, 'spec.startingDeadlineSeconds'],
    ])('refuses a Job with %s', async (_, spec, path) => {
      const { status, body } = await create('jobs', 'refused', spec);
      expect(status).toBe(422);
      expect(body.details.causes.map(({ field }) => field)).toContain(path);
    });

    it('reports all invalid fields at once', async () => {
      const { body } = await create('apps', 'many', { image: '', resources: { cpu: 'x', memory: 'y' } });
      expect(body.message).toMatch(/^App.taskbridge.dev "many" is invalid: /);
      expect(body.details.causes.map(({ field }) => field)).toEqual(
        expect.arrayContaining(['spec.image', 'spec.resources.cpu', 'spec.resources.memory']),
      );
    });

    it.each([
      ['a dot', 'a.b'],
      ['64 characters', 'a'.repeat(64)],
    ])('refuses a name with %s, of Apps and Jobs', async (_, name) => {
      for (const plural of ['apps', 'jobs'] as const) {
        const { status, body } = await create(plural, name);
        expect(status).toBe(422);
        expect(body.details.causes.map(({ field }) => field)).toContain('metadata.name');
      }
    });

    it.each([
      ['63 characters', 'a'.repeat(63)],
      ['one digit', '1'],
    ])('accepts a name with %s', async (_, name) => {
      expect((await create('apps', name)).status).toBe(201);
    });

    it.each([
      ['Cloud Foundry notation', 'cf', { memory: '256M', disk: '512MB', cpu: '0.5' }],
      ['Kubernetes notation', 'k8s', { memory: '256Mi', disk: '1Gi', cpu: '500m' }],
      ['plain bytes and processors', 'plain', { memory: 268435456, disk: '1073741824', cpu: 2 }],
    ])('keeps resources in %s as they are', async (_, name, resources) => {
      const { status, body } = await create('apps', name, { resources });
      expect({ status, resources: body.spec.resources }).toEqual({ status: 201, resources });
    });

    it.each(['0s', '90s', '30m', '1h30m', '1h30m5s'])('accepts the duration %s', async (taskTimeout) => {
      const { status } = await create('apps', `lasts-${taskTimeout}`, { taskTimeout });
      expect(status).toBe(201);
    });

    it.each([
      ['a host with a port', 'a', { image: 'registry.example:5000/team/billing:1' }],
      ['a digest', 'b', { image: `busybox@sha256:${'0123456789abcdef'.repeat(4)}` }],
      ['the key of a label', 'c', envFrom("metadata.labels['example.org/team']")],
      ['the addresses of the pod', 'd', envFrom('status.podIPs')],
      ['labels that JavaScript knows by name', 'e', { labels: { constructor: 'a', prototype: 'b' } }],
    ])('keeps %s as it is', async (_, name, spec) => {
      const { status, body } = await create('apps', `kept-${name}`, spec);
      expect(status).toBe(201);
      expect(body.spec).toMatchObject(spec);
    });

    it('checks patches as it checks creates, and changes nothing', async () => {
      const { body } = await create('apps', 'kept');
      const path = objectPath('apps', space, 'kept');
      const answer = await keeper().mergePatch(path, { spec: { resources: { memory: '12Q' } } });
      expect(answer).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
      expect((await keeper().get(path)).body).toEqual(body);
    });

    it('drops unknown fields, or refuses them with fieldValidation=Strict', async () => {
      const spec = { instances: 3 };
      const { status, body } = await create('apps', 'pruned', spec);
      expect({ status, spec: body.spec }).toEqual({ status: 201, spec: { image: 'busybox:1' } });
      const strict = await create('apps', 'strict', spec, { fieldValidation: 'Strict' });
      expect(strict).toMatchObject({
        status: 400,
        body: { reason: 'BadRequest', message: expect.stringContaining('unknown field "spec.instances"') },
      });
    });

    it('fills in what a Job leaves out', async () => {
      const { body } = await create('jobs', 'filled', { app: 'billing', schedule: { cron: '@daily' } });
      expect(body.spec).toEqual({
        app: 'billing',
        concurrencyPolicy: 'Always',
        suspend: false,
        schedule: { cron: '@daily', timeZone: 'UTC' },
      });
    });
  });
