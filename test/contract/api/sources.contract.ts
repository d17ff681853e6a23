import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { POD_MS } from '../../support/runs.ts';
import { pack } from '../../support/tar.ts';
import type { Api } from '../support/api.ts';
import { SMALL } from '../support/api.ts';

/** A build of two files takes some five seconds of a real node, more of a busy one. */

const FILES = {
  Procfile: 'task: cat message.txt\nworker: echo worker $GREETING; exit 3\n',
  'message.txt': 'read from a file\n',
  '.profile': 'export FROM_PROFILE="$(cat message.txt)"\n',
};

/** Quotes, text that Tekton, Kubernetes and shells would expand, line breaks, non-ASCII characters. */
const HOSTILE = `it's "$(date)" $$ $(params.x) \`date\` $HOME \\n\n  한글 🎉`;

const packed = (files: Readonly<Record<string, string>>) => {
  const bytes = gzipSync(pack(files));
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
};

/** Source uploads: from a folder to tasks that run on the image built from it. */
export const sources = (api: () => Api): void => {
  describe('an app that is pushed from source', () => {
    let space = '';
    const path = (app: string, more = '') => `/v1/spaces/${space}/apps/${app}${more}`;

    const asked = (app: string, { bytes, sha256 }: { bytes: { length: number }; sha256: string }) =>
      api().call('POST', path(app, '/sources'), { sha256, size: bytes.length });

    const put = async (app: string, source: ReturnType<typeof packed>, bytes = source.bytes) => {
      const { upload } = (await asked(app, source)).body;
      return fetch(upload.url, { method: upload.method, headers: upload.headers, body: bytes });
    };

    const push = async (app: string, files: Readonly<Record<string, string>>) => {
      const source = packed(files);
      if ((await asked(app, source)).status === 201) expect((await put(app, source)).status).toBe(200);
      const spec = {
        source: { sha256: source.sha256 },
        resources: SMALL,
        env: [{ name: 'GREETING', value: 'hello' }],
      };
      return api().call('PUT', path(app), spec);
    };

    const built = (app: string) =>
      eventually(
        async () => {
          const { body } = await api().call('GET', path(app, '/builds'));
          const [newest] = body.items;
          return ['succeeded', 'failed', 'cancelled'].includes(newest?.state) ? body.items : undefined;
        },
        { withinMs: POD_MS, what: `the end of the build of ${app}` },
      );

    const logOf = async (name: string) =>
      (await api().call('GET', `/v1/spaces/${space}/tasks/${name}/logs`)).body.log;

    beforeAll(async () => {
      space = await api().target.openSpace();
      expect((await push('billing', FILES)).body).toMatchObject({ build: { state: 'pending' } });
      await built('billing');
    }, POD_MS);

    it('has an image and its processes, and its build a log by phases', async () => {
      const [build, ...more] = await built('billing');
      expect(more).toEqual([]);
      expect(build).toMatchObject({ app: 'billing', state: 'succeeded', processes: ['task', 'worker'] });
      expect(build.image).toMatch(/\/billing@sha256:[0-9a-f]{64}$/);
      const log = await logOf(build.name);
      expect(log.match(/^===> \w+$/gm)).toEqual(
        ['FETCH', 'ANALYZE', 'DETECT', 'RESTORE', 'BUILD', 'EXPORT', 'DIGEST'].map(
          (phase) => `===> ${phase}`,
        ),
      );
    });

    it.each([
      ['its process "task", where nothing else is said', {}, 'read from a file\n', 'succeeded', 0],
      ['a process that the request names', { process: 'worker' }, 'worker hello\n', 'failed', 3],
      [
        'a command, in the folder of the app',
        { command: 'ls; echo "$(cat message.txt)" $((1+2))' },
        'Procfile\nmessage.txt\nread from a file 3\n',
        'succeeded',
        0,
      ],
      [
        'a command with what its .profile says',
        { command: 'echo "$FROM_PROFILE"; exit 9' },
        'read from a file\n',
        'failed',
        9,
      ],
      [
        'a command byte for byte',
        { command: `printf '%s' '${HOSTILE.replaceAll("'", "'\\''")}'` },
        HOSTILE,
        'succeeded',
        0,
      ],
      [
        'arguments after a command, which its launcher does not evaluate',
        { command: `printf '[%s]'`, args: [HOSTILE, '$(date)', '', 'two words'] },
        `[${HOSTILE}][$(date)][][two words]`,
        'succeeded',
        0,
      ],
    ])(
      'runs %s',
      async (_, task, log, state, exitCode) => {
        const ended = await api().run(space, 'billing', task);
        expect(ended).toMatchObject({ state, exitCode });
        expect(await logOf(ended.name)).toBe(log);
      },
      POD_MS,
    );

    it('is refused a process that its image has not, with those that it has', async () => {
      const { status, body } = await api().call('POST', path('billing', '/tasks'), { process: 'web' });
      expect({ status, errors: body.errors }).toMatchObject({
        status: 422,
        errors: [{ field: 'process', message: expect.stringContaining('task, worker') }],
      });
    });

    it('is built once of the same source', async () => {
      const { status, body } = await push('billing', FILES);
      expect({ status, state: body.build.state }).toEqual({ status: 200, state: 'succeeded' });
      expect(await built('billing')).toHaveLength(1);
    });

    describe('whose next source is bad', () => {
      const version = (text: string) => ({ Procfile: `task: echo ${text}\n` });
      const BAD = { 'no-procfile.txt': 'here' };
      const printed = async (app: string) => logOf((await api().run(space, app, {})).name);

      it(
        'runs the good build before it, which no reconcile has seen, and tells how its build ended',
        async () => {
          await push('steady', version('one'));
          await built('steady');
          await push('steady', BAD);
          expect(await printed('steady')).toBe('one\n');
          await built('steady');
          expect(await printed('steady')).toBe('one\n');
          const { body } = await api().call('GET', path('steady'));
          expect(body).toMatchObject({ build: { state: 'failed', reason: 'NoBuildpack' } });
          const [, good] = await built('steady');
          expect(body.builtImage.image).toBe(good.image);
        },
        POD_MS,
      );

      it(
        'runs the newest good one in the order of pushes, not of builds',
        async () => {
          await push('steady', version('two'));
          await built('steady');
          expect(await printed('steady')).toBe('two\n');
          expect((await push('steady', version('one'))).body.build.state).toBe('succeeded');
          expect(await printed('steady')).toBe('one\n');
          await push('steady', { ...BAD, 'more.txt': 'again' });
          await built('steady');
          expect(await printed('steady')).toBe('one\n');
        },
        POD_MS,
      );

      it(
        'runs the image that was pushed before it',
        async () => {
          const { image } = api().target;
          await api().call('PUT', path('steady'), { image, command: 'echo image', resources: SMALL });
          expect((await api().call('GET', path('steady'))).body).not.toHaveProperty('build');
          await push('steady', { ...BAD, 'more.txt': 'after an image' });
          const task = await api().run(space, 'steady', { command: 'echo "on the image"' });
          expect(await logOf(task.name)).toBe('on the image\n');
        },
        POD_MS,
      );
    });

    it(
      'has in its log why a buildpack could not build it',
      async () => {
        await push('unbuilt', { Procfile: '# no process\n' });
        const [failed] = await built('unbuilt');
        expect(failed).toMatchObject({ state: 'failed', reason: 'BuildFailed' });
        const log = await logOf(failed.name);
        expect(log).toContain('===> BUILD\n');
        expect(log).toContain('no line of the form "type: command"');
      },
      POD_MS,
    );

    it(
      'runs no task before there is an image, and says why',
      async () => {
        await push('never', { 'no-procfile.txt': 'never' });
        await built('never');
        const { status, body } = await api().call('POST', path('never', '/tasks'), { command: 'true' });
        expect({ status, detail: body.detail }).toMatchObject({
          status: 409,
          detail: expect.stringContaining('has no image'),
        });
      },
      POD_MS,
    );

    it('is refused before its source was uploaded, and leaves nothing', async () => {
      const { status, body } = await api().call('PUT', path('missing'), {
        source: { sha256: 'f'.repeat(64) },
      });
      expect({ status, errors: body.errors }).toMatchObject({
        status: 422,
        errors: [{ field: 'source.sha256' }],
      });
      expect((await api().call('GET', path('missing'))).status).toBe(404);
    });

    it('has a store that takes just what was said', async () => {
      const source = packed({ Procfile: 'task: true\n' });
      const other = Buffer.from(source.bytes).fill(0, 20);
      expect((await put('checked', source, other)).status).toBe(400);
      expect((await asked('checked', source)).status).toBe(201);
    });

    it('has sources that no other space and no other app has', async () => {
      const source = packed(FILES);
      expect((await asked('billing', source)).status).toBe(200);
      expect((await asked('other', source)).status).toBe(201);
      const others = await api().target.openSpace();
      const size = source.bytes.length;
      const there = `/v1/spaces/${others}/apps/billing/sources`;
      expect((await api().call('POST', there, { sha256: source.sha256, size })).status).toBe(201);
    });

    it('has a limit that is said before anything is uploaded', async () => {
      const { status, body } = await asked('huge', {
        ...packed(FILES),
        bytes: { length: 2 * 2 ** 30 },
      });
      expect({ status, detail: body.detail }).toMatchObject({
        status: 413,
        detail: expect.stringContaining('1024Mi'),
      });
    });
  });
};
