import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { type Api, startApi } from '../support/api.ts';
import { onRealCluster } from '../support/on-cluster.ts';
import type { Target } from '../support/target.ts';

/** 14 MB of numbered lines; then a line each tenth of a second, until the task is terminated. */
const COMMAND =
  `awk 'BEGIN { for (i = 1; i <= 14000; i++) printf "%d %01000d\\n", i, i }'; ` +
  'i=14000; while sleep 0.1; do i=$((i+1)); echo $i; done';

const numbersIn = (log: string): readonly number[] =>
  log
    .split('\n')
    .slice(0, -1)
    .map((line) => Number.parseInt(line, 10));

/** A kubelet looks each ten seconds for logs of more than 10 MiB, and serves what was written since. */
const rotatedLogs = (target: () => Target) =>
  describe('a log that its node has rotated', () => {
    let api: Api;
    beforeAll(async () => {
      api = await startApi(target());
    });
    afterAll(() => api.stop());

    it('says where lines may be missing, and has each other line once', async () => {
      const space = await target().openSpace();
      await api.push(space, 'writer', { resources: { cpu: '10m', memory: '64M', disk: '256M' } });
      const path = `/v1/spaces/${space}/tasks`;
      const { body } = await api.call('POST', `/v1/spaces/${space}/apps/writer/tasks`, { command: COMMAND });
      const read = async (cursor?: string) => {
        const query = cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`;
        return (await api.call('GET', `${path}/${body.name}/logs${query}`)).body;
      };
      const first = await eventually(async () => ((page) => (page.more ? page : undefined))(await read()), {
        what: 'a full page',
      });
      expect(numbersIn(first.log)[0]).toBe(1);
      let page = await eventually(
        async () => ((next) => (next.gap === undefined ? undefined : next))(await read(first.cursor)),
        { what: 'the rotation' },
      );
      const last = numbersIn(first.log).at(-1) ?? 0;
      const numbers = [...numbersIn(page.log)];
      expect(numbers[0]).toBeGreaterThan(last + 1);
      expect(Date.parse(page.gap.from)).toBeLessThanOrEqual(Date.parse(page.gap.to));

      while ((numbers.at(-1) ?? 0) < 14_010 || page.more) {
        page = await read(page.cursor);
        expect(page).not.toHaveProperty('gap');
        numbers.push(...numbersIn(page.log));
      }
      expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));

      const terminated = await api.call('POST', `${path}/${body.name}/terminate`);
      expect(numbersIn(terminated.body.log).at(-1)).toBeGreaterThanOrEqual(numbers.at(-1) ?? 0);
    });
  });

onRealCluster(rotatedLogs);
