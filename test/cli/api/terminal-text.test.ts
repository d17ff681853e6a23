import { equal, match } from 'node:assert/strict';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { escaped, newLogFilter, visible } from '../../../cli/api/terminal-text.ts';
import { anyCharacter } from '../../support/any-character.ts';
import { holdsFor } from '../../support/property.ts';

const ESC = '\u001b';

/** Sequences that command a terminal, by what they do. */
const COMMANDS: readonly (readonly [what: string, sequence: string])[] = [
  ['writes the clipboard (OSC 52)', `${ESC}]52;c;Y3VybA==\u0007`],
  ['writes the clipboard, ended by ST', `${ESC}]52;c;Y3VybA==${ESC}\\`],
  ['writes the clipboard, ended by C1 ST', `${ESC}]52;c;Y3VybA==\u009c`],
  ['writes the clipboard, begun by C1', '\u009d52;c;Y3VybA==\u0007'],
  ['sets the title', `${ESC}]0;title\u0007`],
  ['sets a title of wide characters', `${ESC}]0;제목 🙂\u0007`],
  ['shows a link', `${ESC}]8;;https://a.example\u0007`],
  ['is a device control string', `${ESC}Pq#0;2;0;0;0${ESC}\\`],
  ['is a device control string of C1', '\u0090$q"p\u009c'],
  ['is a program command', `${ESC}_Gf=100;AAAA${ESC}\\`],
  ['is a privacy message', `${ESC}^secret${ESC}\\`],
  ['is a start of string', `${ESC}Xstring${ESC}\\`],
  ['is a string of C1', '\u0098string\u009c'],
  ['is a program command of C1', '\u009fGf=100;AAAA\u009c'],
  ['erases a line', `${ESC}[2K`],
  ['moves up', `${ESC}[1A`],
  ['moves up by C1', '\u009b1A'],
  ['goes home', `${ESC}[H`],
  ['goes to another screen', `${ESC}[?1049h`],
  ['asks for the position', `${ESC}[6n`],
  ['asks for the device', `${ESC}[c`],
  ['changes keys, and looks like a colour', `${ESC}[>4;2m`],
  ['looks like a colour, with a space', `${ESC}[1 m`],
  ['has too many parameters', `${ESC}[${'1;'.repeat(5_000)}m`],
  ['resets the terminal', `${ESC}c`],
  ['saves the position', `${ESC}7`],
  ['moves up by one', `${ESC}M`],
  ['selects a character set', `${ESC}(0`],
  ['fills the screen', `${ESC}#8`],
  ['rings, moves back and feeds the form', '\u0007\b\f\v'],
  ['shifts out, asks and deletes', '\u000e\u0005\u007f'],
  ['moves by C1', '\u008d\u0085'],
  ['is cancelled', `${ESC}[1\u0018`],
  ['is begun twice', `${ESC}${ESC}[2J`],
];

const COLOURS = [`${ESC}[31m`, `${ESC}[m`, `${ESC}[0m`, `${ESC}[1;38;5;208m`, `${ESC}[38:2::1:2:3m`];

const onTerminal = (...parts: readonly string[]): string => {
  const filter = newLogFilter({ colours: true });
  return parts.map(filter).join('');
};

describe('a log on a terminal', () => {
  it.each(COMMANDS)('loses what %s', (_, sequence) => {
    expect(onTerminal(`a${sequence}b\n`)).toBe('ab\n');
  });

  it.each(COMMANDS)('loses what %s, wherever it is split', (_, sequence) => {
    const text = `a${sequence}b\n`;
    const splits = Array.from({ length: Math.min(text.length, 40) }, (__, at) => [
      text.slice(0, at),
      text.slice(at),
    ]);
    expect(new Set(splits.map((parts) => onTerminal(...parts)))).toEqual(new Set(['ab\n']));
    expect(onTerminal(...text)).toBe('ab\n');
  });

  it.each(COLOURS)('keeps the colour %j', (colour) => {
    expect(onTerminal(`${colour}a\n`)).toBe(`${colour}a\n`);
    expect(onTerminal(...`${colour}a\n`)).toBe(`${colour}a\n`);
    expect(newLogFilter({ colours: false })(`${colour}a\n`)).toBe('a\n');
  });

  it('keeps a colour of C1 as one that every terminal knows', () => {
    expect(onTerminal('\u009b31ma')).toBe(`${ESC}[31ma`);
  });

  it('loses no line to a sequence without an end', () => {
    expect(onTerminal(`a${ESC}]52;c;AAAA\nb\nc\n`)).toBe('a\nb\nc\n');
    expect(onTerminal(`a${ESC}[1\n2A\n`)).toBe('a\n2A\n');
  });

  it('keeps what is written over in its own line, and white space', () => {
    expect(onTerminal('10 %\r20 %\r\n\ta  b\u00a0c\n')).toBe('10 %\r20 %\r\n\ta  b\u00a0c\n');
  });

  const anyText = fc
    .array(
      fc.oneof(
        fc.string(),
        fc.constantFrom(...COMMANDS.map(([, sequence]) => sequence), ...COLOURS, '\n', ESC),
      ),
    )
    .map((parts) => parts.join(''));

  it('has no command of whatever it is made', () => {
    holdsFor(
      500,
      fc.property(anyText, (text) => {
        // What is left after the colours are taken out is text.
        match(
          onTerminal(text).replace(/\u001b\[[\d;:]*m/g, ''),
          /^[^\0-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$/,
        );
        equal(onTerminal(text).split('\n').length, text.split('\n').length);
      }),
    );
  });

  it('is the same in whatever parts it comes', () => {
    holdsFor(
      300,
      fc.property(anyText, fc.array(fc.nat({ max: 60 })), (text, cuts) => {
        const at = [0, ...cuts.toSorted((one, other) => one - other), text.length];
        equal(onTerminal(...at.map((start, index) => text.slice(start, at[index + 1]))), onTerminal(text));
      }),
    );
  });
});

describe('a text with control characters shown', () => {
  it.each([
    ['a\u001b]0;title\u0007b', 'a^[]0;title^Gb'],
    ['\u001b[2K\u001b[1A\u001b[31mFAKE', '^[[2K^[[1A^[[31mFAKE'],
    ['\0\b\r\u007f', '^@^H^M^?'],
    ['\u009b2J\u0085', '\\u009b2J\\u0085'],
    ['a\u202egnp.exe', 'a\\u202egnp.exe'],
    ['\u2066a\u2069', '\\u2066a\\u2069'],
    ['정산 🙂 می\u200cخواهم\t\n', '정산 🙂 می\u200cخواهم\t\n'],
  ])('%j is %j', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it('is the same value in JSON', () => {
    holdsFor(
      300,
      fc.property(fc.string({ unit: anyCharacter }), (text) => {
        const json = escaped(JSON.stringify(text));
        equal(JSON.parse(json), text);
        equal(visible(json), json);
      }),
    );
  });
});
