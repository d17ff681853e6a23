import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Api } from '../support/api.ts';

/** Budget of an answer in bytes, as Lambda returns it: 1 MB below what a synchronous invocation may return. */
const MAX_ANSWER_BYTES = 5_000_000;

const COUNT = 30;

/** Text of so many bytes in a request; each of its quotes has four bytes in an answer. */
const quotes = (bytes: number): string => '"'.repeat(bytes / 2);

const nameOf = (index: number): string => `n${String(index).padStart(2, '0')}`;

/** Lists whose items together are larger than a function may answer: each item comes once, in answers that fit. */
export const largeLists = (api: () => Api): void => {
  describe('a large list', () => {
    let space = '';

    const answerOf = async (path: string) => {
      const response = await fetch(`${api().url}/v1/spaces/${space}${path}`, {
        headers: { authorization: `Bearer ${api().token}` },
      });
      const text = await response.text();
      const { status, headers } = response;
      return { status, text, bytes: sizeOf({ statusCode: status, headers: [...headers], body: text }) };
    };

    /** Names of the items of each page; `between` is called after the first. */
    const walk = async (path: string, between: () => Promise<void> = async () => {}) => {
      const pages: string[][] = [];
      let cursor: string | undefined;
      do {
        const { status, text, bytes } = await answerOf(
          `${path}${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
        );
        expect({ status, text: status === 200 ? '' : text }).toEqual({ status: 200, text: '' });
        expect(bytes).toBeLessThanOrEqual(MAX_ANSWER_BYTES);
        const body = JSON.parse(text);
        pages.push(body.items.map(({ name }: { name: string }) => name));
        cursor = body.cursor;
        if (pages.length === 1) await between();
      } while (cursor !== undefined);
      return pages;
    };

    beforeAll(async () => {
      space = await api().target.openSpace();
    });

    it('of apps comes in answers that fit, each app once, also while apps come and go', async () => {
      // Half of them are twice as large in an answer.
      const env = (index: number) =>
        Array.from({ length: 30 }, (_, variable) => ({
          name: `V${variable}`,
          value: index % 2 === 0 ? quotes(8_000) : 'x'.repeat(8_000),
        }));
      for (let index = 0; index < COUNT; index += 1)
        expect((await api().push(space, nameOf(index), { env: env(index) })).status).toBe(201);

      const pages = await walk('/apps?limit=50', async () => {
        await api().push(space, 'a');
        await api().push(space, 'z');
        await api().call('DELETE', `/v1/spaces/${space}/apps/${nameOf(0)}`);
      });
      expect(pages.flat()).toEqual(Array.from({ length: COUNT }, (_, index) => nameOf(index)));
      expect(pages.length).toBeGreaterThan(2);
    });

    it('of tasks comes in answers that fit, each task once, newest first', async () => {
      // None runs: the first has the one place.
      await api().push(space, 'busy', { maxRunning: 1 });
      const commands = ['sleep 600', ...Array.from({ length: COUNT }, () => `: ${quotes(126_000)}`)];
      const names: string[] = [];
      for (const command of commands) {
        const { status, body } = await api().call('POST', `/v1/spaces/${space}/apps/busy/tasks`, { command });
        expect(status).toBe(201);
        names.unshift(body.name);
      }
      const pages = await walk('/tasks?app=busy');
      expect(pages.flat()).toEqual(names);
      expect(pages.length).toBeGreaterThan(1);
    });

    it('of jobs comes in answers that fit, each job once', async () => {
      await api().push(space, 'owner');
      const command = `: ${quotes(126_000)}`;
      for (let index = 0; index < COUNT; index += 1) {
        const job = { name: nameOf(index), app: 'owner', command };
        expect((await api().call('POST', `/v1/spaces/${space}/jobs`, job)).status).toBe(201);
      }
      const pages = await walk('/jobs?outcomes=3&limit=500');
      expect(pages.flat()).toEqual(Array.from({ length: COUNT }, (_, index) => nameOf(index)));
      expect(pages.length).toBeGreaterThan(1);
    });
  });
};

const sizeOf = (result: object): number => Buffer.byteLength(JSON.stringify(result));
