import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BuildConfig, clusterBuilds } from '../../local/lifecycle/builds.ts';
import { listPath } from '../support/paths.ts';
import { type Image, layerOf, registryOf } from '../support/registry.ts';
import { runsOf } from '../support/runs.ts';
import { packed, serveSources, sha256Of } from '../support/source-server.ts';
import { type Api, startApi } from './support/api.ts';
import { buildRun } from './support/build-run.ts';
import { onRealCluster } from './support/on-cluster.ts';
import type { Target } from './support/target.ts';

const SOURCE = packed({
  'message.txt': 'read from a file\n',
  '.profile': 'export FROM_PROFILE=yes\n',
  Procfile: 'task: cat message.txt\n',
});

const LAUNCHER = ['/cnb/lifecycle/launcher'];
const COPY = { workspace: 'copy' };

/** The order of the layers of the kit's run image. */
const [BUSYBOX, BASH] = [0, 1];

const without = ({ config, layers }: Image, index: number): Image => ({
  config,
  layers: layers.filter((_, at) => at !== index),
});

/** A layer of what `fill` puts below /workspace, and whose it is. */
function workspaceLayer(owner: number, fill: (folder: string) => void) {
  const root = mkdtempSync(join(tmpdir(), 'layer-'));
  try {
    const folder = join(root, 'workspace');
    mkdirSync(folder);
    fill(folder);
    const owners = [`--owner=${owner}`, `--group=${owner}`, '--numeric-owner'];
    return layerOf(execFileSync('tar', ['-C', root, ...owners, '-cf', '-', 'workspace']));
  } finally {
    rmSync(root, { recursive: true });
  }
}

const ODD_FILES = workspaceLayer(1000, (folder) => {
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/a tool'), '#!/bin/sh\n');
  chmodSync(join(folder, 'bin/a tool'), 0o751);
  for (const name of ['.hidden', '..two', 'own']) writeFileSync(join(folder, name), name);
  chmodSync(join(folder, 'own'), 0o600);
  symlinkSync('message.txt', join(folder, 'link'));
  symlinkSync('nowhere', join(folder, 'broken'));
});

/** File of root; tasks on the image run as another user. */
const UNREADABLE_FILE = workspaceLayer(0, (folder) => {
  writeFileSync(join(folder, 'secret'), 'of root');
  chmodSync(join(folder, 'secret'), 0o600);
});

/** Builds an app in /workspace, as `pack` and others do, and makes images of the other sorts of it. */
async function makeImages(target: Target, ground: BuildConfig, space: string) {
  const admin = target.as('admin');
  const sources = await serveSources({ 'app.tgz': SOURCE }, ground.host);
  try {
    await admin.create(listPath('serviceaccounts', space), { metadata: { name: 'build' } });
    const repository = `${space}/app`;
    const run = buildRun({
      name: 'packed',
      ground,
      image: `${ground.repository}/${repository}:packed`,
      url: `${sources.url}/app.tgz`,
      sha256: sha256Of(SOURCE),
      appDir: '/workspace',
    });
    const { status, text } = await admin.create(listPath('pipelineruns', space), run);
    if (status !== 201) throw new Error(text);
    const ended = await runsOf(target.as('reader'), space).ended('packed');
    const digest = ended.status.results?.find(({ name }) => name === 'digest')?.value ?? '';
    const registry = registryOf(ground.repository);
    const packedImage = await registry.pull(repository, digest);
    const push = (tag: string, image: Image) => registry.push(repository, tag, image);
    const { config, layers } = packedImage;
    return {
      packed: `${ground.repository}/${repository}@${digest}`,
      odd: await push('odd', { config, layers: [...layers, ODD_FILES] }),
      unreadable: await push('unreadable', { config, layers: [...layers, UNREADABLE_FILE] }),
      withoutSh: await push('without-sh', without(packedImage, BUSYBOX)),
      withoutBash: await push('without-bash', without(packedImage, BASH)),
    };
  } finally {
    await sources.stop();
  }
}

type Images = Awaited<ReturnType<typeof makeImages>>;

/** Quotes, text that Tekton, Kubernetes and shells would expand, line breaks, non-ASCII characters. */
const HOSTILE = `it's "$(date)" $$ $(params.x) \`date\` $HOME \\n\n  한글 🎉`;
const HOSTILE_COMMAND = `printf '%s' '${HOSTILE.replaceAll("'", "'\\''")}'; exit 7`;

const workspace = (target: () => Target, ground: BuildConfig) =>
  describe('an image that keeps its files in /workspace', () => {
    let api: Api;
    let space = '';
    let images: Images;
    let pushed = 0;

    beforeAll(async () => {
      space = await target().openSpace();
      images = await makeImages(target(), ground, space);
      api = await startApi(target());
    });
    afterAll(() => api?.stop());

    /** Runs a task on one of the images; returns its end and its whole output. */
    const ran = async (image: keyof Images, spec: object, command: string) => {
      pushed += 1;
      const app = `app-${pushed}`;
      const answer = await api.push(space, app, { image: images[image], ...spec });
      expect(answer).toMatchObject({ status: 201 });
      const { name, state, exitCode } = await api.run(space, app, { command });
      const { body } = await api.call('GET', `/v1/spaces/${space}/tasks/${name}/logs`);
      return { state, exitCode, log: body.log };
    };
    const succeeds = (log: string) => ({ state: 'succeeded', exitCode: 0, log });
    const fails = (log: unknown, exitCode = 1) => ({ state: 'failed', exitCode, log });

    it.each([
      ['by the launcher, where nothing is said', { entrypoint: LAUNCHER }],
      ['by the shell, where it asks for a copy', COPY],
    ])('has a task find them %s', async (_, spec) => {
      expect(await ran('packed', spec, 'pwd; cat message.txt')).toEqual(
        succeeds('/workspace\nread from a file\n'),
      );
    });

    it('ends a task by the shell, where nothing is said, before anything runs', async () => {
      expect(await ran('packed', {}, 'echo ran')).toEqual(
        fails(
          'Taskbridge: this image keeps its files in /workspace, which is empty in a task. Push the app with ' +
            'workspace: copy (--workspace copy) to find them there, or with workspace: empty if it needs none.\n',
        ),
      );
    });

    it.each([
      ['shell', {}],
      ['launcher', { entrypoint: LAUNCHER }],
    ])('runs a task in the empty folder by the %s, where it wants that', async (_, entrypoint) => {
      expect(await ran('packed', { ...entrypoint, workspace: 'empty' }, 'pwd; ls -A')).toEqual(
        succeeds('/workspace\n'),
      );
    });

    it('has hidden files, links and modes copied', async () => {
      const command =
        'ls -A; stat -c "%a %F %n" bin "bin/a tool" own .hidden; readlink link; readlink broken; cat link ..two';
      expect(await ran('odd', COPY, command)).toEqual(
        succeeds(
          '..two\n.hidden\n.profile\nProcfile\nbin\nbroken\nlink\nmessage.txt\nown\n' +
            '755 directory bin\n751 regular file bin/a tool\n600 regular file own\n644 regular file .hidden\n' +
            'message.txt\nnowhere\nread from a file\n..two',
        ),
      );
    });

    it.each([
      ['the shell', COPY],
      ['the launcher', { entrypoint: LAUNCHER }],
    ])('never runs a task by %s where a file can’t be copied, and says which', async (_, spec) => {
      const { log, ...ends } = await ran('unreadable', spec, 'echo ran');
      expect(ends).toEqual({ state: 'failed', exitCode: 1 });
      expect(log).toMatch(/^Taskbridge: .* could not be copied .*\n.*secret.*Permission denied\n$/);
    });

    it.each([
      [
        'the shell',
        COPY,
        /^\d.* Error executing command: fork\/exec \/bin\/sh: no such file or directory\n$/,
      ],
      ['the launcher', { entrypoint: LAUNCHER }, /^Taskbridge: .* could not be copied .*\n$/],
    ])('never runs a task by %s where the image has no sh to copy by', async (_, spec, words) => {
      expect(await ran('withoutSh', spec, 'echo ran')).toEqual(fails(expect.stringMatching(words)));
    });

    it('starts by the launcher without bash only what is started directly', async () => {
      const direct = [...LAUNCHER, '--', '/bin/sh', '-c'];
      expect(await ran('withoutBash', { entrypoint: direct }, 'cat message.txt; exit 3')).toEqual(
        fails('read from a file\n', 3),
      );
      expect(
        await ran('withoutBash', { entrypoint: LAUNCHER, workspace: 'empty' }, 'cat message.txt'),
      ).toEqual(fails(expect.stringContaining('bash exec: no such file or directory'), 82));
    });

    it.each([
      ['the shell, with a copy', COPY],
      ['the launcher, with a copy', { entrypoint: LAUNCHER }],
    ])('has a command reach %s byte for byte, and its exit code come back', async (_, spec) => {
      expect(await ran('packed', spec, HOSTILE_COMMAND)).toEqual(fails(HOSTILE, 7));
    });

    it.each([
      ['the shell, with a copy', COPY],
      ['the launcher, with a copy', { entrypoint: LAUNCHER }],
    ])('has nothing between Tekton, which hands on signals, and %s', async (_, spec) => {
      expect(await ran('packed', spec, 'cut -d " " -f 4 /proc/$$/stat')).toEqual(succeeds('1\n'));
    });

    it('has the launcher, with a copy, read .profile and keep variables that are no shell’s', async () => {
      const spec = { entrypoint: LAUNCHER, env: [{ name: 'spring.profiles.active', value: 'prod' }] };
      expect(await ran('packed', spec, 'echo "$FROM_PROFILE"; env | grep ^spring')).toEqual(
        succeeds('yes\nspring.profiles.active=prod\n'),
      );
    });
  });

const ground = clusterBuilds(process.env);

if (ground === undefined) {
  describe('an image that keeps its files in /workspace', () => {
    it.todo('TASKBRIDGE_CLUSTER_SUBNET is not set: this cluster has no registry and no builder');
  });
} else {
  onRealCluster((target) => workspace(target, ground));
}
