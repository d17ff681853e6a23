import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { onCloud } from './on-cloud.ts';

onCloud((cloud) => {
  describe('a push from source that is interrupted', () => {
    let work: string;

    beforeAll(async () => {
      work = await mkdtemp(join(tmpdir(), 'source-test-'));
      await mkdir(join(work, 'small'));
      await writeFile(join(work, 'small', 'Procfile'), 'task: echo built\n');
      await mkdir(join(work, 'big'));
      // Large enough to be still packing when the signal arrives.
      await writeFile(join(work, 'big', 'data'), Buffer.alloc(256 * 2 ** 20));
      await mkdir(join(work, 'tmp'));
    });

    afterAll(() => rm(work, { recursive: true }));

    it('prints how to see the log and the result of the build, which keeps running', async () => {
      const { run } = cloud();
      const line = `exec taskbridge push interrupted --path ${work}/small`;
      const ended = await run(line, {
        onOutput: ({ out }, kill) => {
          if (out.startsWith('App interrupted is being built')) kill('SIGINT');
        },
      });
      expect(ended.code).toBe(130);
      expect(ended.err).toMatch(
        /The build keeps running\. To see its log: taskbridge logs interrupted-build-\w+ -f\. To see its result: taskbridge builds interrupted\.\n$/,
      );
      const state = await eventually(
        async () => {
          const { out } = await run('taskbridge builds interrupted');
          return /succeeded|failed/.exec(out)?.[0];
        },
        { what: 'the end of the build' },
      );
      expect(state).toBe('succeeded');
    });

    it('leaves no file behind while it packs, and pushes nothing', async () => {
      const { run } = cloud();
      const files = () => readdir(join(work, 'tmp'), { recursive: true });
      let kill: ((signal: NodeJS.Signals) => void) | undefined;
      const pushed = run(`echo started; exec taskbridge push big --path ${work}/big`, {
        env: { TMPDIR: join(work, 'tmp') },
        onOutput: (_, end) => {
          kill = end;
        },
      });
      await eventually(
        async () => ((await files()).some((name) => name.endsWith('source.tgz')) ? true : undefined),
        { what: 'the file that it packs into' },
      );
      kill?.('SIGINT');
      expect(await pushed).toMatchObject({ code: 130, out: 'started\n' });
      expect(await files()).toEqual([]);
      expect((await run('taskbridge app big')).err).toContain('App "big" is not in space');
    });
  });
});
