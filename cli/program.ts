import { Command, CommanderError, Option } from 'commander';
import { UsageError } from './errors.ts';
import type { Flag, ParsedArgs, Verb } from './verb.ts';
import { VERSION } from './version.ts';

/** Parsed command line: the verb and its arguments. */
export type Call = {
  readonly verb: Verb;
  readonly given: ParsedArgs;
  /** Values of the global flags. */
  readonly settings: {
    readonly url?: string | undefined;
    readonly space?: string | undefined;
    readonly token?: string | undefined;
    readonly sign?: boolean | undefined;
  };
};

const GLOBAL_FLAGS: readonly Flag[] = [
  { flags: '--url <url>', description: 'URL of Taskbridge (default: TASKBRIDGE_URL, or as set by "target")' },
  { flags: '--space <space>', description: 'space (default: TASKBRIDGE_SPACE, or as set by "target")' },
  {
    flags: '--token <token>',
    description: 'bearer token (TASKBRIDGE_TOKEN is safer: other users can see flags)',
  },
  { flags: '--sign', description: 'sign with AWS credentials (default on hosts of API Gateway)' },
  { flags: '--no-sign', description: 'do not sign' },
];

/**
 * Parses a command line. Resolves to a string for help and version output. Throws a usage error, with a message of one
 * line, for an invalid command line.
 */
export async function readCommandLine(
  verbs: readonly Verb[],
  args: readonly string[],
): Promise<Call | string> {
  const printed: string[] = [];
  let call: Call | undefined;
  const program = new Command('taskbridge')
    .description('Tasks and scheduled jobs of Cloud Foundry-style apps, on Kubernetes.')
    .usage('<verb> [arguments] [flags]')
    .commandsGroup('This command:')
    .helpCommand('help [verb]', 'show help of a verb')
    .version(VERSION, '-v, --version', 'show the version');
  quiet(program, printed);
  for (const flag of GLOBAL_FLAGS) program.addOption(optionOf(program, flag));
  for (const verb of verbs) {
    const command = commandOf(program, verb, printed);
    command.action(() => {
      call = { verb, given: parsedArgsOf(command), settings: program.opts() };
    });
  }
  try {
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw new UsageError(oneLine(error.message));
  }
  return call ?? printed.join('');
}

function quiet(command: Command, printed: string[]): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => printed.push(text),
    writeErr: () => {},
  });
}

function commandOf(program: Command, verb: Verb, printed: string[]): Command {
  const command = program
    .command(verb.name)
    .summary(verb.summary)
    .description([sentence(verb.summary), ...(verb.more === undefined ? [] : [verb.more])].join(' '))
    .aliases([...(verb.aliases ?? [])])
    .helpGroup(`${verb.group}:`)
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', examplesOf(verb));
  quiet(command, printed);
  for (const { name, description } of verb.args) command.argument(name, description);
  for (const flag of verb.flags) command.addOption(optionOf(command, flag));
  return command;
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const examplesOf = ({ examples }: Verb): string =>
  `\nExamples:\n${examples.map(([command, description]) => `  # ${description}\n  taskbridge ${command}\n`).join('')}`;

/** Creates an option. A flag that is not repeatable throws a usage error the second time. */
function optionOf(command: Command, { flags, description, repeatable, choices, hidden }: Flag): Option {
  const option = new Option(flags, description);
  if (hidden === true) option.hideHelp();
  if (repeatable === true) {
    return option.argParser((value: string, before: readonly string[] | undefined) => [
      ...(before ?? []),
      value,
    ]);
  }
  if (choices !== undefined) {
    option.choices(choices);
  }
  let seen = false;
  command.on(`option:${option.name()}`, () => {
    if (seen) throw new UsageError(`${flags.replace(/ <.*/, '')} is specified twice: specify it once.`);
    seen = true;
  });
  return option;
}

function parsedArgsOf(command: Command): ParsedArgs {
  const value = (flag: string): unknown =>
    command.getOptionValue(command.options.find((option) => option.name() === flag)?.attributeName() ?? flag);
  const text = (flag: string): string | undefined => {
    const found = value(flag);
    return typeof found === 'string' ? found : undefined;
  };
  return {
    argument: (index) => {
      const found = command.args[index];
      if (found === undefined) throw new UsageError('Missing argument.');
      return found;
    },
    optionalArgument: (index) => command.args[index],
    text,
    texts: (flag) => {
      const found = value(flag);
      return Array.isArray(found) ? found.map(String) : [];
    },
    // Commander stores `--no-x` as an `x` that is true by default.
    isSet: (flag) => (flag.startsWith('no-') ? value(flag) === false : value(flag) !== undefined),
    count: (flag) => wholeNumber(flag, text(flag)),
  };
}

function wholeNumber(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`--${flag} "${text}" is invalid: use a whole number, 1 or more.`);
}

/** Joins a message of commander into one line that ends in a full stop. */
const oneLine = (message: string): string => {
  const text = message.replace(/^error: /, '').replace(/(?<!\s)\s*\n\s*/g, ' ');
  return /[.?!)]$/.test(text) ? text : `${text}.`;
};
