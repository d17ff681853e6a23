import { START_FLAGS, startTask } from '../start.ts';
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
  flags: START_FLAGS,
  examples: [
    ['run-task billing', 'with the start command of the app'],
    ['run-task billing -c "bin/migrate up" --name migrate -m 512M', 'with its own command, name and memory'],
    ['run-task billing -e DAY=2026-11-01 --timeout 20m', 'with a variable and a timeout for this run'],
    ['run-task billing -- --dry-run "two words"', 'with arguments after the command'],
    ['run-task billing --process worker', "a process of the app's Procfile"],
    ['run-task billing -c bin/check --wait', "follows the log and exits with the task's exit code"],
  ],
  run: (context, given) =>
    startTask(context, given, ['apps', given.argument(0), 'tasks'], given.optionalArgument(1)),
};
