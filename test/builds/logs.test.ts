import { beforeEach, describe, expect, it } from '@jest/globals';
import { pushApp } from '../../lib/apps/push.ts';
import { type BuildStep, PHASES, type Phase } from '../../lib/builds/build.ts';
import { readLogs } from '../../lib/tasks/logs.ts';
import { building, UPLOADED } from '../support/building.ts';
import type { LogLine } from '../support/memory-logs.ts';
import { type MemoryPorts, memoryPorts, SPACE } from '../support/memory-ports.ts';

const MiB = 1024 ** 2;
const STARTED = '2026-11-24T21:00:04Z';

const at = (second: number, text: string): LogLine => ({
  time: `${String(second).padStart(11, '0')}.000000000`,
  text,
});

let ports: MemoryPorts;
let build: string;
beforeEach(async () => {
  ports = memoryPorts();
  const spec = { source: { sha256: UPLOADED } };
  const { app } = await pushApp({ ...ports, building }, { space: SPACE, name: 'billing', spec });
  build = app.build?.name ?? '';
});

const podOf = () => `${build}-build-pod`;

/** Steps of a build at a phase: earlier ones have ended, later ones wait; with an exit code it ended there. */
function isAt(phase: Phase, exitCode?: number): void {
  const here = PHASES.indexOf(phase);
  const steps = PHASES.map((name, index): BuildStep => {
    if (index < here)
      return {
        name,
        ending: 'Completed',
        terminated: { exitCode: 0, reason: 'Completed', startedAt: STARTED },
      };
    if (exitCode === undefined) return index === here ? { name, runningSince: STARTED } : { name };
    if (index > here)
      return { name, ending: 'Skipped', terminated: { exitCode: 1, reason: 'Error', startedAt: STARTED } };
    const ending = exitCode === 0 ? 'Completed' : 'Error';
    return { name, ending, terminated: { exitCode, reason: ending, startedAt: STARTED } };
  });
  const ended = exitCode === 0 ? ('True' as const) : ('False' as const);
  const condition = { status: exitCode === undefined ? ('Unknown' as const) : ended, reason: 'Running' };
  ports.builds.becomes(build, { condition }, { pod: podOf(), condition, steps });
}

const writes = (phase: Phase, ...lines: readonly LogLine[]) => ports.pods.set(`${podOf()}/${phase}`, lines);

/** Logs in which each phase has written its name. */
const allWrite = () => {
  for (const [index, phase] of PHASES.entries()) writes(phase, at(10 + index, `in ${phase}`));
};

const read = (query: { tail?: number; cursor?: string | undefined } = {}) =>
  readLogs(ports, { space: SPACE, task: build, ...query });

const heading = (phase: Phase): string => `===> ${phase.toUpperCase()}\n`;
const partOf = (phase: Phase): string => `${heading(phase)}in ${phase}\n`;

describe('the log of a build', () => {
  it('that has no pod yet is empty, with its state', async () => {
    expect(await read()).toEqual({ task: build, state: 'pending', log: '', more: false });
  });

  it('has its phases in order, each below its name', async () => {
    isAt('digest', 0);
    allWrite();
    expect((await read()).log).toBe(PHASES.map(partOf).join(''));
  });

  it('ends with the phase that failed', async () => {
    isAt('detect', 20);
    allWrite();
    expect(await read()).toMatchObject({
      state: 'failed',
      log: [partOf('fetch'), partOf('analyze'), partOf('detect')].join(''),
    });
  });

  it('goes on from each cursor, in a phase and from one to the next, with each line once', async () => {
    isAt('fetch');
    writes('fetch', at(5, 'one'));
    const first = await read();
    writes('fetch', at(5, 'one'), at(5, 'two'));
    const second = await read({ cursor: first.cursor });
    isAt('analyze');
    ports.pods.set(`${podOf()}/analyze`, 'notStarted');
    const third = await read({ cursor: second.cursor });
    writes('analyze', at(6, 'three'));
    const fourth = await read({ cursor: third.cursor });
    const fifth = await read({ cursor: fourth.cursor });
    expect([first, second, third, fourth, fifth].map(({ log }) => log)).toEqual([
      `${heading('fetch')}one\n`,
      'two\n',
      heading('analyze'),
      'three\n',
      '',
    ]);
  });

  it('has at its tail the last lines of the last phase, and goes on from there', async () => {
    isAt('analyze');
    writes('fetch', at(1, 'fetched'));
    const lines = [1, 2, 3, 4, 5, 6].map((number) => at(7, `line ${number}`));
    writes('analyze', ...lines);
    const tail = await read({ tail: 2 });
    expect(tail.log).toBe(`${heading('analyze')}line 5\nline 6\n`);
    writes('analyze', ...lines, at(7, 'line 7'));
    expect((await read({ cursor: tail.cursor })).log).toBe('line 7\n');
  });

  it('says that it is gone with its pod', async () => {
    isAt('build', 51);
    await expect(read()).rejects.toMatchObject({
      kind: 'gone',
      message: expect.stringContaining('(failed)'),
    });
  });

  it.each([
    ['in the midst of a phase', MiB * 2.5],
    ['where a phase fills an answer but for a few bytes', MiB - 40],
    ['where a phase fills an answer but for a part of the next line', MiB - 400],
  ])('of more than 1 MiB goes on %s, with each line whole and once', async (_, bytes) => {
    isAt('analyze');
    const text = 'x'.repeat(989);
    const whole = Array.from({ length: Math.floor(bytes / 1000) }, (_unused, index) =>
      at(100 + index, `${String(index).padStart(9, '0')}${text}`),
    );
    const rest = Math.floor(bytes) - whole.length * 1000 - heading('fetch').length;
    writes('fetch', ...whole, at(9_000, 'y'.repeat(Math.max(rest, 1))));
    writes('analyze', at(9_001, 'z'.repeat(600)), at(9_002, 'end'));
    let given = '';
    let cursor: string | undefined;
    let isFull = true;
    while (isFull) {
      const answer = await read({ cursor });
      expect(Buffer.byteLength(JSON.stringify(answer.log))).toBeLessThanOrEqual(MiB + 64);
      expect(cursor === undefined || answer.cursor !== cursor).toBe(true);
      given += answer.log;
      ({ cursor, more: isFull } = answer);
    }
    const lines = [...whole, at(0, 'y'.repeat(Math.max(rest, 1)))].map((line) => line.text);
    const should = ['===> FETCH', ...lines, '===> ANALYZE', 'z'.repeat(600), 'end', ''].join('\n');
    expect(given === should).toBe(true);
  });
});
