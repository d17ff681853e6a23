import { START_FLAGS, startTask } from '../start.ts';
import type { Verb } from '../verb.ts';

export const runTask: Verb = {
  name: 'run-task',
  aliases: ['rt'],
  group: 'Tasks',
  summary: 'run a one-off task on an app',
  args: [
    { name: '<app>', what: 'the app whose image, environment and services it has' },
    { name: '[command]', what: 'the same as --command' },
  ],
  flags: START_FLAGS,
  examples: [
    ['run-task billing', 'with the start command of the app'],
    ['run-task billing -c "bin/migrate up" --name migrate -m 512M', 'with its own command, name and memory'],
    ['run-task billing --process worker', "a process of the app's Procfile, where its image was built"],
    ['run-task billing -c bin/check --wait', 'shows the log; exits as the task does'],
  ],
  run: (context, given) =>
    startTask(context, given, ['apps', given.argument(0), 'tasks'], given.optionalArgument(1)),
};
