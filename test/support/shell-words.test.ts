import { describe, expect, it } from '@jest/globals';
import { commandOf } from './shell-words.ts';

describe('a line of plain words', () => {
  it.each([
    ['taskbridge', 'taskbridge', [], {}],
    [' taskbridge  tasks --limit 3 ', 'taskbridge', ['tasks', '--limit', '3'], {}],
    ['A=b C= taskbridge t', 'taskbridge', ['t'], { A: 'b', C: '' }],
    ["A='b c' taskbridge -c 'exit 7; echo $x'", 'taskbridge', ['-c', 'exit 7; echo $x'], { A: 'b c' }],
    ['taskbridge -e A="b c"\'d\' ""', 'taskbridge', ['-e', 'A=b cd', ''], {}],
    ['exec taskbridge tasks', 'exec', ['taskbridge', 'tasks'], {}],
  ])('is a command: %s', (line, name, args, env) => {
    expect(commandOf(line)).toEqual({ name, args, env });
  });

  it.each([
    '',
    'A=b',
    'taskbridge | head -1',
    'taskbridge; exit 1',
    'taskbridge && true',
    'taskbridge > file',
    'taskbridge --path ~/app',
    'taskbridge "$HOME"',
    'taskbridge $(date)',
    'taskbridge `date`',
    'taskbridge <(echo)',
    'taskbridge *.yml',
    'taskbridge a\\ b',
    "taskbridge 'a",
    '{ taskbridge; }',
    'taskbridge # tasks',
  ])('is not: %s', (line) => {
    expect(commandOf(line)).toBeUndefined();
  });
});
