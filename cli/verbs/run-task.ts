import { UsageError } from '../errors.ts';
import { checkCommand, START_FLAGS, startTask } from '../start.ts';
import { isLater, LATER_FLAGS, startLater } from '../start-later.ts';
import { TRAILING, type Verb } from '../verb.ts';

export const runTask: Verb = {
  name: 'run-task',
  aliases: ['rt'],
  group: 'Tasks',
  summary: 'run a one-off task on an app',
  args: [
    { name: '<app>', description: 'app to run the task on' },
    { name: '[command]', description: 'same as --command' },
    TRAILING,
  ],
  flags: [...START_FLAGS, ...LATER_FLAGS],
  examples: [
    ['run-task billing', 'with the start command of the app'],
    ['run-task billing -c "bin/migrate up" --name migrate -m 512M', 'with its own command, name and memory'],
    ['run-task billing -e DAY=2026-11-01 --timeout 20m', 'with a variable and a timeout for this run'],
    ['run-task billing -- --dry-run "two words"', 'with arguments after the command'],
    ['run-task billing --process worker', "a process of the app's Procfile"],
    ['run-task billing -c bin/close --at "2026-12-31 23:00" --time-zone Europe/Berlin', 'once, at that time'],
    ['run-task billing -c bin/check --in 10m', 'once, ten minutes from now'],
    ['run-task billing -c bin/check --wait', "follows the log and exits with the task's exit code"],
  ],
  run: async (context, given) => {
    const [app, positional] = [given.argument(0), given.optionalArgument(1)];
    checkCommand(given, positional);
    if (!isLater(given) && given.isSet('time-zone')) throw new UsageError('--time-zone needs --at.');
    if (!isLater(given)) return startTask(context, given, ['apps', app, 'tasks'], positional);
    return startLater(context, given, { app, command: given.text('command') ?? positional });
  },
};
