import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { CF_FLAGS } from './cf-flags.ts';
import { UsageError } from './errors.ts';
import { GLOBAL_FLAGS } from './flags.ts';
import { type Flag, type ParsedArgs, TRAILING, type Verb } from './verb.ts';
import { VERSION } from './version.ts';

/** Parsed command line: the verb and its arguments. */
export type Call = {
  readonly verb: Verb;
  readonly given: ParsedArgs;
  /** Warnings of flags that have no meaning here. */
  readonly warnings: readonly string[];
  /** Values of the global flags. */
  readonly settings: {
    readonly url?: string | undefined;
    readonly space?: string | undefined;
    readonly token?: string | undefined;
    readonly sign?: boolean | undefined;
    readonly insecureHttp?: boolean | undefined;
  };
};

/**
 * Parses a command line. Resolves to a string for help and version output. Throws a usage error, with a message of one
 * line, for an invalid command line.
 */
export async function readCommandLine(
  verbs: readonly Verb[],
  args: readonly string[],
): Promise<Call | string> {
  const printed: string[] = [];
  const warnings: string[] = [];
  let call: Call | undefined;
  const program = new Command('taskbridge')
    .description('Tasks and scheduled jobs of Cloud Foundry-style apps, on Kubernetes.')
    .usage('<verb> [arguments] [flags]')
    .commandsGroup('This command:')
    .helpCommand('help [verb]', 'show help of a verb')
    .version(VERSION, '-v, --version', 'show the version');
  quiet(program, printed);
  addFlags(program, '*', GLOBAL_FLAGS, warnings);
  for (const verb of verbs) {
    const command = commandOf(program, verb, printed);
    addFlags(command, verb.name, verb.flags, warnings);
    command.action(() => {
      const given = parsedArgsOf(command, operandsOf(verb, command.args, args));
      call = { verb, given, warnings, settings: program.opts() };
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
  return command;
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const examplesOf = ({ examples }: Verb): string =>
  `\nExamples:\n${examples.map(([command, description]) => `  # ${description}\n  taskbridge ${command}\n`).join('')}`;

/**
 * Adds flags, and those of cf and Kf for the same verb. A flag that is not repeatable throws a usage error the second time,
 * and beside another one for the same setting.
 */
function addFlags(command: Command, verb: string, flags: readonly Flag[], warnings: string[]): void {
  const given = new Map<string, Option>();
  const addOnce = (option: Option): void => {
    command.addOption(option).on(`option:${option.name()}`, () => {
      const before = given.get(option.attributeName());
      if (before === option) throw new UsageError(`${nameOf(option)} is specified twice: specify it once.`);
      if (before !== undefined)
        throw new UsageError(`Specify either ${nameOf(before)} or ${nameOf(option)}, not both.`);
      given.set(option.attributeName(), option);
    });
  };
  for (const flag of flags) {
    if (flag.repeatable === true) command.addOption(optionOf(flag));
    else addOnce(optionOf(flag));
  }
  for (const [, text, use, meaning] of CF_FLAGS.filter(([of]) => of === verb)) {
    if (use === 'taken') addOnce(new Synonym(text, optionIn(command, meaning)));
    else addUnused(command, new Option(text), { use, meaning, warnings });
  }
}

function optionIn(command: Command, name: string): Option {
  const found = command.options.find((option) => option.name() === name);
  if (found === undefined) throw new Error(`${command.name()} has no flag ${name}.`);
  return found;
}

/** Flag for the setting of another one. */
class Synonym extends Option {
  readonly #of: Option;

  constructor(flags: string, of: Option) {
    super(flags);
    this.hideHelp();
    this.#of = of;
  }

  override attributeName(): string {
    return this.#of.attributeName();
  }
}

/** Adds a flag that is warned of, or throws a usage error. */
function addUnused(
  command: Command,
  option: Option,
  { use, meaning, warnings }: { use: 'ignored' | 'refused'; meaning: string; warnings: string[] },
): void {
  command.addOption(option.hideHelp()).on(`option:${option.name()}`, () => {
    if (use === 'refused') throw new UsageError(`${nameOf(option)} is not supported: ${meaning}.`);
    const warning = `${nameOf(option)} is ignored: ${meaning}.`;
    if (!warnings.includes(warning)) warnings.push(warning);
  });
}

function optionOf({ flags, description, repeatable, choices, hidden }: Flag): Option {
  const option = new Option(flags, description).hideHelp(hidden === true);
  if (choices !== undefined) option.choices(choices);
  if (repeatable === true) {
    return option.argParser((value: string, before: readonly string[] | undefined) => {
      if (choices?.includes(value) === false)
        throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`);
      return [...(before ?? []), value];
    });
  }
  return option;
}

/** Name of a flag in messages: the long one, where it has one. */
const nameOf = ({ long, short }: Option): string => long ?? short ?? '';

type Operands = { readonly operands: readonly string[]; readonly trailing: readonly string[] };

/**
 * Arguments of a verb, and those after `--`, which commander does not tell apart. Throws a usage error for more
 * arguments than the verb has.
 */
function operandsOf({ args }: Verb, operands: readonly string[], line: readonly string[]): Operands {
  if (!args.includes(TRAILING)) return { operands, trailing: [] };
  const at = line.indexOf('--');
  const trailing = at === -1 ? [] : line.slice(at + 1);
  const before = operands.slice(0, operands.length - trailing.length);
  const [extra] = before.slice(args.length - 1);
  if (extra === undefined) return { operands: before, trailing };
  throw new UsageError(`Too many arguments: "${extra}". Arguments of the command go after --.`);
}

function parsedArgsOf(command: Command, { operands, trailing }: Operands): ParsedArgs {
  const value = (flag: string): unknown =>
    command.getOptionValue(command.options.find((option) => option.name() === flag)?.attributeName() ?? flag);
  const text = (flag: string): string | undefined => {
    const found = value(flag);
    return typeof found === 'string' ? found : undefined;
  };
  return {
    argument: (index) => {
      const found = operands[index];
      if (found === undefined) throw new UsageError('Missing argument.');
      return found;
    },
    optionalArgument: (index) => operands[index],
    trailing,
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
