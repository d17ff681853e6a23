import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { LogPart } from '../../cli/api/responses.ts';
import { showPart } from '../../cli/tail.ts';
import { newScreen } from '../../cli/terminal.ts';

const part = (log: string, gap?: LogPart['gap']): LogPart => ({ state: 'running', more: false, log, gap });

/** Shows parts of a log, and a message behind them. */
function shown(parts: readonly LogPart[], isTTY: boolean) {
  const make = () => Object.assign(new PassThrough(), { isTTY });
  const [stdin, stdout, stderr] = [make(), make(), make()];
  const screen = newScreen({ stdin, stdout, stderr, plain: true });
  for (const one of parts) {
    showPart(screen, one);
    screen.progress('running…');
  }
  screen.endLog();
  screen.note('done');
  return { out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
}

describe('a log', () => {
  const GAP = { from: '2026-11-24T21:00:00.5Z', to: '2026-11-24T21:00:09Z' };
  const NOTE =
    'Warning: Lines written between 2026-11-24T21:00:00.5Z and 2026-11-24T21:00:09Z may be missing: the node keeps only the newest part of a log.\n';

  it('that has a gap says so on stderr, and stdout has the bytes of the log alone', () => {
    expect(shown([part('one\n'), part('nine\n', GAP)], false)).toEqual({
      out: 'one\nnine\n',
      err: `${NOTE}done\n`,
    });
  });

  it('is as it was written: progress, and a last line without its end', () => {
    expect(shown([part('10%\r'), part('100%')], false)).toEqual({ out: '10%\r100%', err: 'done\n' });
  });

  it('ends its line on a terminal before a message, and no progress overwrites it', () => {
    expect(shown([part('10%\r'), part('100%')], true)).toEqual({ out: '10%\r100%\n', err: 'done\n' });
    expect(shown([part('tw'), part('nine\n', GAP)], true)).toEqual({
      out: 'tw\nnine\n',
      err: `${NOTE}\r\u001b[Krunning…\r\u001b[Kdone\n`,
    });
  });
});
