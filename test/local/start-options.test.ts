import { describe, expect, it } from '@jest/globals';
import { HELP, startOptions, UsageError } from '../../local/start-options.ts';

const NONE = { verbose: false, help: false, port: undefined };

describe('the flags of npm start', () => {
  it.each([
    ['', {}, NONE],
    ['--data d --verbose', {}, { ...NONE, data: 'd', verbose: true }],
    ['--data=d --kubeconfig=k', { PORT: '' }, { ...NONE, data: 'd', kubeconfig: 'k' }],
    ['-h', { PORT: '0' }, { ...NONE, help: true, port: 0 }],
    ['', { PORT: '65535' }, { ...NONE, port: 65_535 }],
  ])('%s %j', (line, env, expected) => {
    expect(startOptions(line.split(' ').filter(Boolean), env)).toEqual(expected);
  });

  it.each([
    ['--dta d', {}, "Unknown option '--dta'. See npm start -- --help."],
    ['--data', {}, "Option '--data <value>' argument missing. See npm start -- --help."],
    ['--data=', {}, '--data is empty. See npm start -- --help.'],
    ['--verbose=yes', {}, "Option '--verbose' does not take an argument. See npm start -- --help."],
    [
      'd',
      {},
      "Unexpected argument 'd'. This command does not take positional arguments. See npm start -- --help.",
    ],
    [
      'd',
      { npm_config_data: 'true' },
      'npm took --data for itself. Write "--" before it: npm start -- --data …',
    ],
    ['', { PORT: 'http' }, 'PORT=http is no port. Set a number from 0 to 65535; 0 is any free one.'],
    ['', { PORT: '65536' }, 'PORT=65536 is no port. Set a number from 0 to 65535; 0 is any free one.'],
    ['', { PORT: '-1' }, 'PORT=-1 is no port. Set a number from 0 to 65535; 0 is any free one.'],
  ])('%s %j are refused', (line, env, message) => {
    const parse = () => startOptions(line.split(' ').filter(Boolean), env);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(message);
  });

  it('are all in the help', () => {
    for (const flag of ['--data DIR', '--kubeconfig FILE', '--verbose', '--help', 'PORT='])
      expect(HELP).toContain(flag);
  });
});
