import { describe, expect, it } from '@jest/globals';
import { defaultStart, startCommandOf } from '../../lib/tasks/spec.ts';
import { appOf } from '../support/memory-ports.ts';

const SHA = 'a'.repeat(64);
const built = (processes: readonly string[], command?: string) => ({
  ...appOf('billing', { image: undefined, source: { sha256: SHA }, command }),
  built: { image: `r/b@sha256:${SHA}`, build: 'billing-build-0', processes },
});

describe('the start command of a task', () => {
  it('is that of the request, else of the job, else of the app, else the process "task"', () => {
    const app = built(['task', 'web'], 'app');
    const job = { command: 'job' };
    expect(startCommandOf(app, { command: 'asked' }, job)).toEqual({ command: 'asked' });
    expect(startCommandOf(app, { process: 'web' }, job)).toEqual({
      command: '/cnb/process/web',
      process: 'web',
    });
    expect(startCommandOf(app, {}, job)).toEqual({ command: 'job' });
    expect(startCommandOf(app, {})).toEqual({ command: 'app' });
    expect(startCommandOf(built(['task', 'web']), {})).toEqual({
      command: '/cnb/process/task',
      process: 'task',
    });
  });

  it('is missing', () => {
    expect(defaultStart(built(['web']))).toBeUndefined();
    expect(() => startCommandOf(built(['web']), {})).toThrow(
      'command: Start command not found on App or Task',
    );
    expect(() => startCommandOf(appOf('billing', { command: undefined }), {}, {})).toThrow('on App or Job');
  });

  it.each([
    [
      built(['task', 'web']),
      { command: 'a', process: 'web' },
      'process: Give a command or a process, not both.',
    ],
    [
      built(['task', 'web']),
      { process: 'worker' },
      'process: The image of app "billing" has no process "worker": it has task, web. Or give a command.',
    ],
    [
      built([]),
      { process: 'worker' },
      'process: The image of app "billing" has no process "worker", nor any other: give a command.',
    ],
    [
      appOf('billing', {}),
      { process: 'worker' },
      'process: App "billing" runs an image that was not built from source: give a command.',
    ],
  ])('is refused in words %#', (app, asked, words) => {
    expect(() => startCommandOf(app, asked)).toThrow(words);
  });
});
