import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LogLine, LogStart } from '../../lib/tasks/log.ts';
import { type SentLine, startLogGroup } from '../support/log-group.ts';

const SPACE = 'team-a';
const POD = 'billing-bcdfg-task-pod';
const LIVED = { from: new Date('2026-11-24T21:00:00Z'), to: new Date('2026-11-24T21:01:00Z') };

/** Line at each of these seconds after the minute. */
const line = (second: number, log = `line ${second}`): SentLine => ({
  time: `2026-11-24T21:00:${String(second).padStart(2, '0')}.123456789Z`,
  log,
});
const SEVEN = [1, 2, 3, 4, 5, 6, 7].map((second) => line(second));

let group: Awaited<ReturnType<typeof startLogGroup>>;
beforeEach(async () => {
  group = await startLogGroup(2);
});
afterEach(() => group.close());

async function read(start: LogStart = {}, pod = POD, space = SPACE): Promise<readonly LogLine[] | 'gone'> {
  const lines = await group.archive().read(space, pod, LIVED, start);
  if (lines === 'gone') return lines;
  const all: LogLine[] = [];
  for await (const one of lines) all.push(one);
  return all;
}
const texts = async (...given: Parameters<typeof read>) => {
  const lines = await read(...given);
  return lines === 'gone' ? lines : lines.map(({ text }) => text);
};

describe('the log of a pod that is gone', () => {
  beforeEach(() => {
    group.send({ space: SPACE, pod: POD, container: 'prepare' }, [line(0, 'of Tekton')]);
    group.send({ space: 'team-b', pod: POD }, [line(0, 'of another space')]);
    group.send({ space: SPACE, pod: 'mail-bcdfg-task-pod' }, [line(0, 'of another pod')]);
    group.send({ space: SPACE, pod: POD }, SEVEN);
  });

  it('has all lines of its container, over all pages, with the time from the node', async () => {
    const lines = await read();
    expect(lines).toHaveLength(7);
    expect(lines[0]).toEqual({ time: '01795554001.123456789', text: 'line 1' });
    expect(await texts()).toEqual(SEVEN.map(({ log }) => log));
  });

  it.each([
    [1, ['line 7']],
    [3, ['line 5', 'line 6', 'line 7']],
    [100, SEVEN.map(({ log }) => log)],
    [0, []],
  ])('has a tail of %d', async (tail, expected) => {
    expect(await texts({ tail })).toEqual(expected);
  });

  it('starts at a second', async () => {
    const since = Date.parse('2026-11-24T21:00:06Z') / 1000;
    expect(await texts({ since })).toEqual(['line 6', 'line 7']);
  });

  it.each([
    ['another pod', 'stock-bcdfg-task-pod', SPACE],
    ['another space', POD, 'team-c'],
  ])('is not confused with that of %s', async (_, pod, space) => {
    expect(await texts({}, pod, space)).toBe('gone');
  });

  it('is not searched at other times', async () => {
    const later = { from: new Date('2026-11-25T21:00:00Z'), to: new Date('2026-11-25T21:00:00Z') };
    expect(await group.archive().read(SPACE, POD, later, {})).toBe('gone');
  });
});

describe('lines', () => {
  it('of one millisecond are in the order of their nanoseconds', async () => {
    const at = (nanos: string) => ({ time: `2026-11-24T21:00:01.123${nanos}Z`, log: nanos });
    group.send({ space: SPACE, pod: POD }, [at('000002'), at('000001')]);
    expect(await texts()).toEqual(['000001', '000002']);
  });

  it('keep their text, without the line end that Docker adds', async () => {
    group.send({ space: SPACE, pod: POD }, [line(1, '한글 {"a":1}\t'), line(2, 'docker\n'), line(3, '')]);
    expect(await texts()).toEqual(['한글 {"a":1}\t', 'docker', '']);
  });

  it('of another layout are returned as they are', async () => {
    const kubernetes = { pod_name: POD, namespace_name: SPACE, container_name: 'step-user-container' };
    const message = JSON.stringify({ message: 'x', kubernetes });
    group.sendAsIs('other', [{ timestamp: LIVED.from.getTime(), message }]);
    expect(await read()).toEqual([{ time: '01795554000.000000000', text: message }]);
  });
});

describe('a log group', () => {
  it('that does not exist is reported in AWS’s words', async () => {
    await expect(group.archive('nobody').read(SPACE, POD, LIVED, {})).rejects.toThrow(
      'FilterLogEvents on log group "nobody": ResourceNotFoundException: The specified log group does not exist.',
    );
  });

  it('that does not answer in time is out of reach', async () => {
    const archive = group.archive(undefined, 300);
    await group.close();
    await expect(archive.read(SPACE, POD, LIVED, {})).rejects.toThrow(
      'CloudWatch Logs is out of reach (ECONNREFUSED). Try again.',
    );
    group = await startLogGroup(1);
  });
});
