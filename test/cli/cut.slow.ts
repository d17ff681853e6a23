import { beforeAll, describe, expect, it } from '@jest/globals';
import { randomOf } from '../simulation/support/random.ts';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { COUNT, counted } from './counting.ts';
import { onCloud } from './on-cloud.ts';

onCloud((cloud) => {
  describe('a command that waits', () => {
    beforeAll(async () => {
      const { api, space } = cloud();
      await api.push(space, 'billing', { command: 'true' });
    });

    it.each([1, 2, 3, 4, 5])(
      'runs one task, loses no line, doubles none and knows the exit code when its connections are cut at random bytes: seed %i',
      async (seed) => {
        const { api, space, run } = cloud();
        // Each connection is cut: before an answer, within its head, within its body, or in a later one.
        const random = randomOf(seed);
        const cutAfter = () =>
          random.chance(1 / 2)
            ? random.between(5_000, 9_000)
            : random.between(0, random.pick([60, 250, 1_500]));
        const proxy = await startCuttingProxy(api.url, cutAfter);
        try {
          const env = { TASKBRIDGE_URL: proxy.url };
          const name = `cut-${seed}`;
          const ended = await run(`taskbridge run-task billing -c '${COUNT}' --wait --name ${name}`, { env });
          expect(ended).toMatchObject({ code: 7, out: counted });
          expect(proxy.cuts()).toBeGreaterThan(0);
          const { body } = await api.call('GET', `/v1/spaces/${space}/tasks?limit=500`);
          const names = body.items.map(({ displayName }: { displayName?: string }) => displayName);
          expect(names.filter((found: string) => found === name)).toHaveLength(1);
        } finally {
          await proxy.close();
        }
      },
    );
  });
});
