import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { run } from '../../cli/run.ts';
import { newScreen } from '../../cli/terminal.ts';

/** Streams of a terminal, and the text written to stderr. */
function terminal({ answer = '', isTTY = true, plain = false } = {}) {
  const make = () => Object.assign(new PassThrough(), { isTTY, columns: 80 });
  const [stdin, stdout, stderr] = [make(), make(), make()];
  stdin.end(answer);
  const streams = { stdin, stdout, stderr };
  return {
    streams,
    screen: newScreen({ ...streams, plain }),
    written: () => String(stderr.read() ?? ''),
  };
}

describe('the screen', () => {
  it.each([
    ['y\n', true],
    ['Yes\n', true],
    ['\n', false],
    ['no\n', false],
  ])('asks on a terminal: %j', async (answer, agreed) => {
    const { screen, written } = terminal({ answer });
    expect(await screen.confirm('Really delete the app billing?')).toBe(agreed);
    expect(written()).toContain('Really delete the app billing? [y/N] ');
  });

  it('returns an answer as typed', async () => {
    const { screen, written } = terminal({ answer: ' 1 \n' });
    expect(await screen.prompt('Which number is Sunday? [0/1]')).toBe('1');
    expect(written()).toContain('Which number is Sunday? [0/1] ');
  });

  it('takes a piped answer, and writes the question with it', async () => {
    const { screen, written } = terminal({ isTTY: false, answer: 'y\nno\n' });
    expect(await screen.confirm('Really?')).toBe(true);
    expect(written()).toBe('Really? [y/N] y\n');
    expect(await terminal({ isTTY: false, answer: 'n' }).screen.confirm('Really?')).toBe(false);
  });

  it('has no answer without a terminal and a pipe', async () => {
    const { screen, written } = terminal({ isTTY: false });
    expect(await screen.confirm('Really?')).toBeUndefined();
    expect(await screen.prompt('Which?')).toBeUndefined();
    expect(written()).toBe('');
  });

  it('declines at the end of the input', async () => {
    expect(await terminal().screen.confirm('Really?')).toBe(false);
  });

  it.each([
    ['Ctrl-C', '\u0003', 130, ''],
    ['no', 'n\n', 1, 'Delete cancelled.\n'],
  ])('ends a command at %s', async (_, answer, code, message) => {
    const { streams, written } = terminal({ answer });
    const env = { TASKBRIDGE_URL: 'http://127.0.0.1:9', TASKBRIDGE_SPACE: 'demo' };
    const args = ['delete-job', 'report'];
    expect(await run({ args, env, ...streams, onInterrupt: () => {} })).toBe(code);
    // Without the question, its echo and the codes that move the cursor.
    expect(written().replace(/^.*\[y\/N\] [^\n]*\n/s, '')).toBe(message);
  });

  it('has colour on a terminal only, and none with NO_COLOR', () => {
    const write = (options: object) => {
      const { screen, written } = terminal(options);
      screen.error('no');
      return written();
    };
    expect(write({})).toBe('\u001b[31mtaskbridge:\u001b[39m no\n');
    expect(write({ plain: true })).toBe('taskbridge: no\n');
    expect(write({ isTTY: false })).toBe('taskbridge: no\n');
  });

  it('shows progress on a terminal only, and the next line takes its place', () => {
    const on = terminal();
    on.screen.progress('pending…');
    on.screen.note('done');
    expect(on.written()).toBe('\r\u001b[Kpending…\r\u001b[Kdone\n');
    const off = terminal({ isTTY: false });
    off.screen.progress('pending…');
    expect(off.written()).toBe('');
  });

  it('knows the width of a terminal, and none of a pipe', () => {
    expect(terminal().screen.width).toBe(80);
    expect(terminal({ isTTY: false }).screen.width).toBeUndefined();
  });
});
