import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Api } from '../support/api.ts';
import { followLog, wholeLog } from '../support/task-log.ts';

/** Log of `count` lines of 1,000 characters, each with its number. */
const longLines = (count: number): string =>
  `awk 'BEGIN { for (i = 1; i <= ${count}; i++) printf "%d %01000d\\n", i, i }'`;

/** Logs of some megabytes. */
export const longLogs = (api: () => Api): void => {
  describe('long logs', () => {
    let space: string;

    beforeAll(async () => {
      space = await api().target.openSpace();
      await api().push(space, 'writer', { resources: { cpu: '10m', memory: '64M', disk: '256M' } });
    });

    it('of several megabytes come in parts of at most 1 MiB', async () => {
      const task = await api().run(space, 'writer', { command: longLines(6_000) });
      const { text, answers } = await followLog(api(), space, task.name);
      expect(await wholeLog(api(), space, task.name)).toBe(text);
      expect(text.match(/^.{0,5}/gm)?.slice(0, 2)).toEqual(['1 000', '2 000']);
      expect(answers).toBeGreaterThan(5);
    });

    it('of a line of more than 1 MiB come in parts, and go on within a line that is being written', async () => {
      const task = await api().run(space, 'writer', {
        command:
          "printf '한글 %030000d' 1; sleep 2; awk 'BEGIN { for (i = 0; i < 200000; i++) printf \"한글 %d\\r\", i }'; echo done; printf end",
      });
      const { text, answers } = await followLog(api(), space, task.name);
      expect((await wholeLog(api(), space, task.name)) === text).toBe(true);
      expect(Buffer.byteLength(text)).toBeGreaterThan(2 * 1024 * 1024);
      expect(text.slice(-15)).toBe('199999\rdone\nend');
      expect(answers).toBeGreaterThan(2);
    });
  });
};

/** A log past what a kubelet keeps: it serves the newest 10 MiB of a container, so only the embedded cluster has it. */
export const largeLogs = (api: () => Api): void => {
  describe('a log of 20 MB', () => {
    it('comes in parts of at most 1 MiB, each line once', async () => {
      const space = await api().target.openSpace();
      await api().push(space, 'writer');
      const task = await api().run(space, 'writer', { command: longLines(20_000) });
      const { text, answers } = await followLog(api(), space, task.name);
      const lines = text.trimEnd().split('\n');
      expect(lines).toHaveLength(20_000);
      expect(lines.findIndex((line, index) => !line.startsWith(`${index + 1} `))).toBe(-1);
      expect(answers).toBeGreaterThan(19);
    });

    it('of one line comes in parts of at most 1 MiB, byte for byte', async () => {
      const space = await api().target.openSpace();
      await api().push(space, 'writer');
      const command = `awk 'BEGIN { for (i = 0; i < 1500000; i++) printf "한글 %07d", i; print "" }'`;
      const task = await api().run(space, 'writer', { command });
      const { text, answers } = await followLog(api(), space, task.name);
      expect(Buffer.byteLength(text)).toBe(21_000_001);
      expect(
        text ===
          `${Array.from({ length: 1_500_000 }, (_, i) => `한글 ${String(i).padStart(7, '0')}`).join('')}\n`,
      ).toBe(true);
      expect(answers).toBeGreaterThan(19);
    });
  });
};
