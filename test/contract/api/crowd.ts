import { describe, expect, it } from '@jest/globals';
import type { Api } from './api.ts';

const AT_ONCE = 300;

/** Each is a process of this machine; one that is busy takes its time. */
const ALL_MS = 120_000;

/** Very many requests at one moment. On the embedded cluster only: a pod a task would keep a real node busy for minutes. */
export const crowd = (api: () => Api): void => {
  describe('a crowd', () => {
    it(
      'is served: no task is lost, no id is given twice',
      async () => {
        const space = await api().target.openSpace();
        await api().push(space, 'busy');
        const path = `/v1/spaces/${space}/apps/busy/tasks`;
        const asked = Array.from({ length: AT_ONCE }, () => api().call('POST', path, { command: 'true' }));
        const answers = await Promise.all(asked);
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
        expect(new Set(answers.map(({ body }) => body.id)).size).toBe(AT_ONCE);
        const { body } = await api().call('GET', `/v1/spaces/${space}/tasks?app=busy&limit=500`);
        expect(body.items).toHaveLength(AT_ONCE);
      },
      ALL_MS,
    );
  });
};
