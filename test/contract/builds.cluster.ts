import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { App } from '../../lib/apps/app.ts';
import { type PushPorts, pushApp } from '../../lib/apps/push.ts';
import { kubernetesApps } from '../../lib/apps/repository.ts';
import { kubernetesSecrets } from '../../lib/apps/repository-secrets.ts';
import type { BuildSettings } from '../../lib/builds/build.ts';
import { resolveImage } from '../../lib/builds/current.ts';
import { listBuilds } from '../../lib/builds/list.ts';
import { kubernetesBuilds } from '../../lib/builds/repository.ts';
import type { Source } from '../../lib/builds/source.ts';
import { newCounters } from '../../lib/platform/counters.ts';
import { type Connection, createClient } from '../../lib/platform/kubernetes/client.ts';
import { reconcileBuilds } from '../../lib/reconcile/apps.ts';
import { readLogs } from '../../lib/tasks/logs.ts';
import { kubernetesRunSecrets, kubernetesRuns } from '../../lib/tasks/repository.ts';
import { kubernetesLogs } from '../../lib/tasks/repository-logs.ts';
import { clusterBuilds } from '../../local/lifecycle/builds.ts';
import { eventually } from '../support/eventually.ts';
import { listen } from '../support/listen.ts';
import { type AllPorts, memoryPorts } from '../support/memory-ports.ts';
import { POD_MS } from '../support/runs.ts';
import type { TarEntry } from '../support/tar.ts';
import { onRealCluster } from './support/on-cluster.ts';
import { type SourceServer, serveSources } from './support/source-over-http.ts';
import type { Target } from './support/target.ts';

/** Bridge and registry of a cluster that can build; empty elsewhere. */
const { host: HOST = '', repository: REGISTRY = '' } = clusterBuilds(process.env) ?? {};

const SETTINGS: BuildSettings = {
  builder: 'taskbridge.local/builder:1',
  runImage: `${REGISTRY}/run:1`,
  repository: REGISTRY,
  user: { uid: 1000, gid: 1000 },
  serviceAccount: 'taskbridge-build',
  memory: 256 * 2 ** 20,
  disk: 64 * 2 ** 20,
  cpu: 50,
  timeoutSeconds: 120,
  registryAuth: { kind: 'none' },
  insecureRegistries: [REGISTRY],
};

const ENDED = ['succeeded', 'failed', 'cancelled'];
const PROCFILE = { Procfile: 'task: echo ran\nweb: echo web\n' };

const building = (target: () => Target) =>
  describe('builds', () => {
    let space = '';
    let sources: SourceServer;
    let keeper: Connection;
    let reader: Connection;

    beforeAll(async () => {
      space = await target().openSpace();
      sources = await serveSources(HOST);
      const { url, ca } = target();
      const of = (identity: 'keeper' | 'reader') =>
        createClient({
          endpoint: url,
          tls: { ca },
          token: async () => target().token(identity),
        });
      keeper = of('keeper');
      reader = of('reader');
    });
    afterAll(() => sources.stop());

    const portsOver = (connection: Connection, settings: Partial<BuildSettings> = {}): AllPorts => ({
      ...memoryPorts(),
      apps: kubernetesApps(connection),
      builds: kubernetesBuilds(connection),
      runs: kubernetesRuns(connection),
      logs: kubernetesLogs(connection),
      secrets: { ...kubernetesSecrets(connection), ...kubernetesRunSecrets(connection) },
      now: () => new Date(),
      building: {
        settings: { ...SETTINGS, ...settings },
        sources: {
          has: async () => true,
          upload: async () => Promise.reject(new Error('No test uploads.')),
          download: async (_space, _app, sha256) => sources.url(sha256),
        },
      },
    });

    const push = (name: string, source: Source, ports: PushPorts = portsOver(keeper)) =>
      pushApp(ports, { space, name, spec: { source }, requestedBy: 'ada' });

    /** Reconciles until the build has ended. */
    const settled = (name: string, ports = portsOver(keeper)): Promise<App> =>
      eventually(
        async () => {
          const app = await ports.apps.get(space, name);
          if (app.build !== undefined && ENDED.includes(app.build.state)) return app;
          const counters = newCounters(ports, 'reconcile', new Date(Date.now() + 60_000));
          const nothing = {
            rules: undefined,
            written: new Map(),
            taken: undefined,
            quota: { room: 0, excess: 0 },
          };
          const context = { ports, counters, now: ports.now(), apps: new Map(), ...nothing };
          for (const work of reconcileBuilds(context, [app])) await work();
          expect(counters.counts()).not.toHaveProperty('failed');
          return undefined;
        },
        { withinMs: POD_MS, what: `the end of the build of ${name}` },
      );

    it('builds an app, and records its image and processes', async () => {
      const source = { sha256: sources.add({ ...PROCFILE, 'a.txt': 'hello' }) };
      const pushed = await push('good', source);
      expect(pushed.app.build).toMatchObject({ sha256: source.sha256 });
      const app = await settled('good');
      expect(app.build).toMatchObject({ state: 'succeeded', name: pushed.app.build?.name });
      expect(app.built).toEqual({
        image: expect.stringMatching(/@sha256:[0-9a-f]{64}$/),
        build: app.build?.name,
        id: app.build?.id,
        processes: expect.arrayContaining(['task', 'web']),
      });

      const { items } = await listBuilds(portsOver(reader), { space, app: 'good', limit: 50 });
      const [listed] = items;
      expect(listed).toMatchObject({ state: 'succeeded', inUse: true, requestedBy: 'ada' });
      const log = await readLogs(portsOver(reader), { space, task: app.build?.name ?? '' });
      expect(log.log).toContain('===> DETECT\n');
      expect(log.log.indexOf('===> DETECT')).toBeLessThan(log.log.indexOf('===> EXPORT'));
      const again = await readLogs(portsOver(reader), { space, task: log.task, cursor: log.cursor });
      expect(again.log).toBe('');

      await push('good', source);
      expect(await portsOver(keeper).builds.list(space, 'good')).toHaveLength(1);
      expect((await kubernetesRuns(reader).list(space, { app: 'good' }, { limit: 10 })).items).toEqual([]);
    });

    it('has an image as soon as the build has ended, before the reconcile has looked', async () => {
      const source = { sha256: sources.add({ ...PROCFILE, 'b.txt': 'soon' }) };
      await push('soon', source);
      const ports = portsOver(keeper);
      const app = await ports.apps.get(space, 'soon');
      await expect(resolveImage(ports, app)).rejects.toThrow('has no image yet');
      const ready = await eventually(() => resolveImage(ports, app).catch(() => undefined), {
        what: 'the image',
      });
      expect(ready.built?.image).toMatch(/@sha256:/);
    });

    it('hands the environment of the source to the buildpack', async () => {
      const env = [{ name: 'BP_GREETING', value: 'hello $(date) $$ "x"' }];
      await push('with-env', { sha256: sources.add({ ...PROCFILE, 'e.txt': 'env' }), env });
      expect((await settled('with-env')).build).toMatchObject({ state: 'succeeded' });
    });

    it.each([
      ['empty', (sha256: string) => sources.addAs(sha256, Buffer.from('')), 'SourceChecksum'],
      ['damaged', (sha256: string) => sources.addAs(sha256, Buffer.from('other')), 'SourceChecksum'],
    ])('reports an upload that is %s', async (name, change, reason) => {
      const sha256 = sources.add({ ...PROCFILE, 'c.txt': name });
      change(sha256);
      await push(name, { sha256 });
      expect((await settled(name)).build).toMatchObject({ state: 'failed', reason });
    });

    it('reports that no upload is there any more', async () => {
      await push('missing', { sha256: '0'.repeat(64) });
      expect((await settled('missing')).build).toMatchObject({ state: 'failed', reason: 'SourceGone' });
      const { app } = await push('missing', { sha256: '0'.repeat(64) });
      expect(app.build?.name).toMatch(/-2$/);
    });

    it('reports that the builder knows no such app', async () => {
      await push('no-procfile', { sha256: sources.add({ 'a.txt': 'hello' }) });
      expect((await settled('no-procfile')).build).toMatchObject({ state: 'failed', reason: 'NoBuildpack' });
    });

    it('reports that the registry is out of reach', async () => {
      const ports = portsOver(keeper, { repository: `${HOST}:1/none`, insecureRegistries: [`${HOST}:1`] });
      await push('no-registry', { sha256: sources.add({ ...PROCFILE, 'r.txt': 'r' }) }, ports);
      expect((await settled('no-registry', ports)).build).toMatchObject({ reason: 'RegistryUnreachable' });
    });

    it('reports that the registry takes none of its credentials', async () => {
      const server = createServer((_, response) => {
        response
          .writeHead(401, { 'www-authenticate': 'Basic realm="registry"' })
          .end('{"errors":[{"code":"UNAUTHORIZED"}]}');
      });
      const port = await listen(server, HOST);
      const denying = `${HOST}:${port}`;
      try {
        const ports = portsOver(keeper, {
          repository: `${denying}/denied`,
          insecureRegistries: [denying, REGISTRY],
        });
        await push('denied', { sha256: sources.add({ ...PROCFILE, 'd.txt': 'd' }) }, ports);
        expect((await settled('denied', ports)).build).toMatchObject({ reason: 'RegistryUnreachable' });
      } finally {
        server.closeAllConnections();
        server.close();
      }
    });

    it('reports that the upload is no tar.gz', async () => {
      const bytes = Buffer.from('no archive at all');
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      sources.addAs(sha256, bytes);
      await push('no-archive', { sha256 });
      expect((await settled('no-archive')).build).toMatchObject({ state: 'failed', reason: 'SourceFormat' });
    });

    it.each<[string, () => readonly TarEntry[]]>([
      ['one-large-file', () => [{ path: 'zeros', body: Buffer.alloc(200 * 2 ** 20) }]],
      [
        'many-entries',
        () => Array.from({ length: 140_000 }, (_, index): TarEntry => ({ path: `${index}`, type: '5' })),
      ],
    ])(
      'reports a source that unpacks to more than a build may have, and unpacks none of it: %s',
      async (name, entriesOf) => {
        await push(name, { sha256: sources.addEntries(entriesOf()) });
        const { build } = await settled(name);
        expect(build).toMatchObject({ state: 'failed', reason: 'TooLarge' });
        const { log } = await readLogs(portsOver(reader), { space, task: build?.name ?? '' });
        expect(log).toContain(`The source unpacks to more than ${SETTINGS.disk} bytes.`);
      },
    );

    it('reports that a build needs more memory', async () => {
      const ports = portsOver(keeper, { memory: 6 * 2 ** 20 });
      await push('large', { sha256: sources.add({ ...PROCFILE, 'm.txt': 'm' }) }, ports);
      expect((await settled('large', ports)).build).toMatchObject({ state: 'failed', reason: 'OOMKilled' });
    });

    it('reports that the builder can’t be pulled', async () => {
      const ports = portsOver(keeper, { builder: `${REGISTRY}/none:1` });
      await push('no-builder', { sha256: sources.add({ ...PROCFILE, 'b.txt': 'b' }) }, ports);
      expect((await settled('no-builder', ports)).build).toMatchObject({
        state: 'failed',
        reason: 'ImagePullFailed',
      });
    });

    it('reports that the run image is missing', async () => {
      const ports = portsOver(keeper, { runImage: `${REGISTRY}/none:1` });
      await push('no-run-image', { sha256: sources.add({ ...PROCFILE, 'i.txt': 'i' }) }, ports);
      expect((await settled('no-run-image', ports)).build).toMatchObject({ reason: 'RunImageMissing' });
    });

    it('reports that a build took too long', async () => {
      const ports = portsOver(keeper, { timeoutSeconds: 1 });
      await push('slow', { sha256: sources.add({ ...PROCFILE, 's.txt': 's' }) }, ports);
      expect((await settled('slow', ports)).build).toMatchObject({ state: 'failed', reason: 'BuildTimeout' });
    });

    it('cancels the build that a newer source supersedes', async () => {
      const first = await push('twice', { sha256: sources.add({ ...PROCFILE, 't.txt': '1' }) });
      const second = await push('twice', { sha256: sources.add({ ...PROCFILE, 't.txt': '2' }) });
      const app = await settled('twice');
      expect(app.build).toMatchObject({ name: second.app.build?.name, state: 'succeeded' });
      const { items: all } = await listBuilds(portsOver(reader), { space, app: 'twice', limit: 50 });
      expect(all.find(({ name }) => name === first.app.build?.name)).toMatchObject({
        state: 'cancelled',
        reason: 'Superseded',
      });
    });
  });

if (HOST === '') {
  describe('builds', () => {
    it.todo('TASKBRIDGE_CLUSTER_SUBNET is not set: this cluster has no registry and no builder');
  });
} else {
  onRealCluster(building);
}
