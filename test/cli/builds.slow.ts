import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { replay } from '../support/transcript.ts';
import { onCloud } from './on-cloud.ts';

onCloud((cloud) => {
  describe('a source that was built again', () => {
    let folder = '';
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'rebuild-test-'));
      await writeFile(join(folder, 'Procfile'), 'task: echo hello\n');
    });
    afterAll(() => rm(folder, { recursive: true }));

    it('stays so at the next push of it, which builds nothing', async () => {
      const { api, space, run } = cloud();
      const push = (flags = '') => run(`taskbridge push again --task --path ${folder} ${flags}`);
      const names = async () => {
        const { body } = await api.call('GET', `/v1/spaces/${space}/apps/again/builds`);
        return body.items.map(({ name }: { name: string }) => name);
      };
      await push();
      const [first] = await names();
      expect((await push('--rebuild')).code).toBe(0);
      const [second, ...others] = await names();
      expect(others).toEqual([first]);
      expect((await push()).out).toContain(`Source unchanged: using build ${second}.`);
      expect(await names()).toEqual([second, first]);
    });
  });

  describe('the command line', () => {
    it('matches the transcript sources', () => replay('sources', cloud().run));
  });
});
