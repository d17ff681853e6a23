import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LogStart } from '../../lib/tasks/log.ts';
import { NOBODY } from '../support/listen.ts';
import { type SentLine, startLogGroup } from '../support/log-group.ts';
import type { LogLine } from '../support/memory-logs.ts';

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
  for await (const { time, bytes } of lines) all.push({ time, text: bytes.toString() });
  return all;
}
const texts = async (...given: Parameters<typeof read>) => {
  const lines = await read(...given);
  return lines === 'gone' ? lines : lines.map(({ text }) => text.replace(/\n$/, ''));
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
    expect(lines[0]).toEqual({ time: '01795554001.123456789', text: 'line 1\n' });
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

  it.each([
    ['a pod', `${POD}" || $.log = "*`, SPACE],
    ['a space', POD, 'team-b" || $.log = "*'],
  ])('is not searched by %s that is no name', async (_, pod, space) => {
    await expect(read({}, pod, space)).rejects.toMatchObject({ kind: 'invalid' });
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

  it.each([
    ['parts of a line', ['P', 'x'.repeat(16_384)], ['F', 'end'], `${'x'.repeat(16_384)}end\n`],
    [
      'joined parts, which keep the tag of the first',
      ['P', 'x'.repeat(20_000)],
      ['F', 'end'],
      `${'x'.repeat(20_000)}\nend\n`,
    ],
    ['a last line without its end', ['F', 'one'], ['P', 'end'], 'one\nend'],
  ])('have the runtime’s tags: %s', async (_, first, second, text) => {
    const kubernetes = { pod_name: POD, namespace_name: SPACE, container_name: 'step-user-container' };
    const events = [first, second].map(([_p, log], index) => {
      const time = line(index).time;
      return { timestamp: Date.parse(time), message: JSON.stringify({ time, _p, log, kubernetes }) };
    });
    group.sendAsIs('one', events);
    const pieces = await read();
    if (pieces === 'gone') throw new TypeError('The log is gone.');
    expect(pieces.map((piece) => piece.text).join('') === text).toBe(true);
    // A part has the time of its line.
    const isPart = !pieces[0]?.text.endsWith('\n');
    expect(pieces[1]?.time).toBe(isPart ? pieces[0]?.time : '01795554001.123456789');
  });

  it('say where Fluent Bit has cut them, in the midst of their JSON', async () => {
    const kubernetes = { pod_name: POD, namespace_name: SPACE, container_name: 'step-user-container' };
    const log = 'a"\\u1한\u0001b';
    const message = JSON.stringify({ time: line(1).time, log, kubernetes });
    const start = message.indexOf('"log":"') + 7;
    const end = message.indexOf('","kubernetes"');
    const readable = (text: string): string => {
      try {
        return JSON.parse(`"${text}"`);
      } catch {
        return readable(text.slice(0, -1));
      }
    };
    const cuts = Array.from({ length: end + 8 - start }, (_, index) => start + index);
    const messages = [message, ...cuts.map((to) => message.slice(0, to))];
    group.sendAsIs(
      'one',
      messages.map((text, index) => ({ timestamp: LIVED.from.getTime() + index, message: text })),
    );
    // Those without a time have that of their event.
    const found = new Set(await texts());
    for (const to of cuts) {
      const rest = readable(message.slice(start, to));
      expect(found).toContain(to > end ? log : `${rest}… (the log group has no more of this line)`);
    }
    expect(found).not.toContain(message.slice(0, start));
  });

  it('of another layout are returned as they are', async () => {
    const kubernetes = { pod_name: POD, namespace_name: SPACE, container_name: 'step-user-container' };
    const message = JSON.stringify({ message: 'x', kubernetes });
    group.sendAsIs('other', [{ timestamp: LIVED.from.getTime(), message }]);
    expect(await read()).toEqual([{ time: '01795554000.000000000', text: `${message}\n` }]);
  });
});

describe('a log group', () => {
  it('that does not exist is reported in AWS’s words', async () => {
    await expect(group.archive('nobody').read(SPACE, POD, LIVED, {})).rejects.toThrow(
      'FilterLogEvents on log group "nobody": ResourceNotFoundException: The specified log group does not exist.',
    );
  });

  it('that does not answer in time is out of reach', async () => {
    const archive = group.archive(undefined, { withinMs: 1_000, endpoint: NOBODY });
    await expect(archive.read(SPACE, POD, LIVED, {})).rejects.toThrow(
      'CloudWatch Logs is out of reach (ECONNREFUSED). Try again.',
    );
  });
});
