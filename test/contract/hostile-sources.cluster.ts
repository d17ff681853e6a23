import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BuildSettings } from '../../lib/builds/build.ts';
import { clusterBuilds } from '../../local/lifecycle/builds.ts';
import { building } from '../support/building.ts';
import { listPath } from '../support/paths.ts';
import { packEntries, type TarEntry } from '../support/tar.ts';
import { buildByHand, type Planted, runByHand } from './support/build-by-hand.ts';
import { onRealCluster } from './support/on-cluster.ts';
import { readImage, writeImage } from './support/plain-registry.ts';
import { type SourceServer, serveSources } from './support/source-over-http.ts';
import type { Target } from './support/target.ts';

const { host: HOST = '', repository: REGISTRY = '' } = clusterBuilds(process.env) ?? {};

/** User and password of the registry, as its Secret has them. */
const PASSWORD = Buffer.from('ada:password-of-the-registry').toString('base64');
const CREDENTIALS = JSON.stringify({ auths: { [REGISTRY]: { auth: PASSWORD } } });

const SETTINGS: BuildSettings = {
  ...building.settings,
  runImage: `${REGISTRY}/run:1`,
  repository: REGISTRY,
  memory: 256 * 2 ** 20,
  disk: 64 * 2 ** 20,
  cpu: 50,
  timeoutSeconds: 100,
  registryAuth: { kind: 'secret', name: 'hostile-taskbridge-registry' },
  insecureRegistries: [REGISTRY],
};

const PROCFILE: TarEntry = { path: 'Procfile', body: 'task: echo ran\nweb: echo web\n' };
const LAYERS = '/layers/taskbridge_procfile';
const LAUNCH = "printf '[types]\\nlaunch = true\\n'";

/** What may be done in `/layers` and the app's folder so that the lifecycle reads the credentials. */
const POISONS: readonly (readonly [what: string, planted: Planted])[] = [
  ...(
    [
      ['a layer', `ln -s /registry ${LAYERS}/creds; ${LAUNCH} >${LAYERS}/creds.toml`],
      ['a file of a layer', `mkdir ${LAYERS}/a; ln -s /registry ${LAYERS}/a/b; ${LAUNCH} >${LAYERS}/a.toml`],
      [
        'the checksum of a layer',
        `mkdir ${LAYERS}/a; ln -s /registry/config.json ${LAYERS}/a.sha; ${LAUNCH} >${LAYERS}/a.toml`,
      ],
      ['the metadata of a layer', `mkdir ${LAYERS}/a; ln -s /registry/config.json ${LAYERS}/a.toml`],
      ['the layers of a buildpack', `rm -rf ${LAYERS}; ln -s /registry ${LAYERS}`],
      ['the store of a buildpack', `ln -sf /registry/config.json ${LAYERS}/store.toml`],
      ['a buildpack of the name ..', `sed -i 's/id = .*/id = ".."/' /layers/group.toml`],
      ['the group of buildpacks', 'ln -sf /registry/config.json /layers/group.toml'],
      ['the metadata of the build', 'ln -sf /registry/config.json /layers/config/metadata.toml'],
      ['the metadata of the project', 'ln -sf /registry/config.json /layers/project-metadata.toml'],
      ['the materials', 'rm -rf /layers/sbom/launch; ln -s /registry /layers/sbom/launch'],
      ['an extended image', 'mkdir -p /layers/extended/run; ln -s /registry /layers/extended/run/a'],
      ['the folder of the app', 'rm -rf /home/vcap/app; ln -s /registry /home/vcap/app'],
      [
        'slices of the app',
        `ln -s /registry /home/vcap/app/a; printf '[[slices]]\\npaths = ["/registry/*", "../../../registry/*", "a/*"]\\n' >>/layers/config/metadata.toml`,
      ],
    ] as const
  ).map(([what, script]) => [what, { step: 'build', script }] as const),
  [
    'materials that detect leaves for restore',
    {
      step: 'detect',
      script: `mkdir -p ${LAYERS} /layers/sbom/launch/taskbridge_procfile/a; ln -s /registry/config.json /layers/sbom/launch/taskbridge_procfile/a/sbom.cdx.json`,
    },
  ],
];

/** Entries of a tar that would be outside of the app's folder, each with a file `slip`. */
const SLIPS: readonly (readonly [what: string, entries: readonly TarEntry[]])[] = [
  ['a path up', [{ path: '../slip' }]],
  ['a path up from below', [{ path: 'a/../../slip' }]],
  ['a path up to another folder', [{ path: '../../../layers/slip' }]],
  ['an absolute path', [{ path: '/layers/slip' }]],
  ['a link to a folder', [{ path: 'a', type: '2', link: '/layers' }, { path: 'a/slip' }]],
  ['a link up', [{ path: 'a', type: '2', link: '../..' }, { path: 'a/slip' }]],
  [
    'a link through a link',
    [{ path: 'a', type: '2', link: '.' }, { path: 'a/b', type: '2', link: '..' }, { path: 'b/slip' }],
  ],
  ['a link, and a file of its name', [{ path: 'a', type: '2', link: '/layers/slip' }, { path: 'a' }]],
  [
    'a hard link up',
    [
      { path: 'a', type: '1', link: '../../../layers/source.tgz' },
      { path: 'a', body: 'slip' },
    ],
  ],
];

const KINDS: readonly (readonly [what: string, entry: TarEntry])[] = [
  ['a device', { path: 'special', type: '3', device: [1, 1] }],
  ['a hard link to a Secret', { path: 'special', type: '1', link: '/build-secret/url' }],
  ['a file that would run as root', { path: 'special', mode: 0o6755 }],
];

const hostile = (target: () => Target) =>
  describe('a build of a hostile source', () => {
    let space = '';
    let sources: SourceServer;
    let number = 0;

    beforeAll(async () => {
      space = await target().openSpace();
      sources = await serveSources(HOST);
      const { status } = await target()
        .as('admin')
        .create(listPath('secrets', space), {
          type: 'kubernetes.io/dockerconfigjson',
          metadata: { name: 'hostile-taskbridge-registry' },
          stringData: { '.dockerconfigjson': CREDENTIALS },
        });
      expect(status).toBe(201);
    });
    afterAll(() => sources.stop());

    const given = (entries: readonly TarEntry[], planted?: Planted) => {
      const sha256 = sources.addEntries(entries);
      number += 1;
      const app = `hostile-${number}`;
      return {
        space,
        app,
        sha256,
        url: sources.url(sha256),
        settings: SETTINGS,
        ...(planted && { planted }),
      };
    };
    const run = (entries: readonly TarEntry[], planted?: Planted) => {
      const build = given(entries, planted);
      return runByHand(target(), build).then((ended) => ({
        ...ended,
        repository: `${REGISTRY}/${space}/${build.app}`,
      }));
    };

    /** All that others see of a build: its logs, its results, its image. */
    const seenOf = async ({ repository, digest, logs, processes }: Awaited<ReturnType<typeof run>>) => {
      const image = digest === '' ? undefined : await readImage(`${repository}@${digest}`);
      return [
        ...Object.values(logs),
        processes,
        image?.config ?? '',
        ...(image?.layers ?? []).map(String),
      ].join('\n');
    };

    it('would show the credentials, had a step with them copied them', async () => {
      const copied = await run([PROCFILE], {
        step: 'export',
        script: 'cp /registry/config.json /home/vcap/app/',
      });
      expect(copied.succeeded).toBe(true);
      expect((await seenOf(copied)).includes(PASSWORD)).toBe(true);
    });

    it.each(POISONS)('shows no credentials for links to them: %s', async (_, planted) => {
      const ended = await run([PROCFILE], planted);
      expect(ended.logs.build).toContain('processes: ');
      expect((await seenOf(ended)).includes(PASSWORD)).toBe(false);
    });

    it.each(['detect', 'build'] as const)('has the stage’s base image, whatever %s writes', async (step) => {
      const other = await run([{ path: 'private' }, PROCFILE]);
      const reference = `${other.repository}@${other.digest}`;
      const names = `[image]\\nreference = "${reference}"\\n[run-image]\\nreference = "${reference}"\\nimage = "${reference}"\\n`;
      const script = `for file in /analyzed/analyzed.toml /layers/analyzed.toml; do printf '${names}' >$file; done`;
      const ended = await run([PROCFILE], { step, script });
      const [image, base] = await Promise.all([
        readImage(`${ended.repository}@${ended.digest}`),
        readImage(SETTINGS.runImage),
      ]);
      expect(image.diffIds.slice(0, base.diffIds.length)).toEqual(base.diffIds);
      expect(image.layers.some((layer) => layer.includes('home/vcap/app/private'))).toBe(false);
      expect(ended.logs[step]).toContain('/analyzed/analyzed.toml: Read-only file system');
    });

    it('takes no files from an image that another wrote under its tag', async () => {
      const build = given([PROCFILE]);
      const tar = packEntries([{ path: '/home/vcap/app/Procfile', body: 'other: echo other\n' }]);
      await writeImage(buildByHand(build).image, tar, (sha) => ({
        'io.buildpacks.lifecycle.metadata': JSON.stringify({ sbom: { sha } }),
      }));
      expect(await runByHand(target(), build)).toMatchObject({ succeeded: true, processes: 'task web' });
    });

    const LIST = 'find /home/vcap /layers /analyzed /tmp | sort; ls -ln /home/vcap/app; exit 1';
    const outside = (log: string) =>
      log.split('\n').filter((line) => line.startsWith('/') && !line.startsWith('/home/vcap/app'));

    it.each(SLIPS)('unpacks nothing outside of its folder: %s', async (_, entries) => {
      const { logs } = await run([PROCFILE, ...entries], { step: 'detect', script: LIST });
      expect(`${logs.fetch}${logs.detect}`).toMatch(/The source is not a tar.gz|\/home\/vcap\/app\/Procfile/);
      expect(outside(logs.detect ?? '').filter((line) => line.endsWith('slip'))).toEqual([]);
    });

    it.each(KINDS)('unpacks nothing that is another’s: %s', async (_, entry) => {
      const { logs } = await run([PROCFILE, entry], { step: 'detect', script: LIST });
      expect(`${logs.fetch}${logs.detect}`).toMatch(/The source is not a tar.gz|\/home\/vcap\/app\/Procfile/);
      // A file, with one name, of the builder's user: the bits that change the user change nothing.
      const listed = (logs.detect ?? '').split('\n').filter((line) => line.endsWith(' special'));
      expect(listed.filter((line) => !/^-\S+ +1 1000 +1000 /.test(line))).toEqual([]);
    });
  });

if (HOST === '') {
  describe('a build of a hostile source', () => {
    it.todo('TASKBRIDGE_CLUSTER_SUBNET is not set: this cluster has no registry and no builder');
  });
} else {
  onRealCluster(hostile);
}
