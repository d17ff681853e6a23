import { CF_FLAGS } from '../cf-flags.ts';
import { GLOBAL_FLAGS } from '../flags.ts';
import type { Flag, Verb } from '../verb.ts';

type Option = {
  readonly long: string | undefined;
  readonly short: string | undefined;
  /** Name of its value, as the help has it; `undefined` for a flag without one. */
  readonly value: string | undefined;
  readonly choices: readonly string[] | undefined;
  readonly description: string;
  readonly hidden: boolean;
  readonly repeatable: boolean;
};

/** Candidates that a word is completed by. */
type Wanted =
  | { readonly kind: 'verbs' }
  | { readonly kind: 'flags'; readonly options: readonly Option[] }
  | { readonly kind: 'choices'; readonly choices: readonly string[] }
  /** Value of an argument or a flag of this name. */
  | { readonly kind: 'value'; readonly name: string }
  | { readonly kind: 'none' };

export type Line = {
  readonly verb: Verb | undefined;
  readonly args: readonly string[];
  /** Values of the flags before the word, by their long names, else their short ones. */
  readonly values: ReadonlyMap<string, string>;
  readonly wanted: Wanted;
  /** Beginning of the candidate: what is typed of it. */
  readonly typed: string;
  /** Part of the word before the candidate: `--flag=`. */
  readonly before: string;
};

/** The command's own verb, beside those of the list. */
export const HELP = 'help';

/** Verb, arguments and flags of the words before the last one. */
type Parsed = {
  readonly verb?: Verb;
  /** After `help`, or after a word that is no verb. */
  readonly of?: 'help' | 'nothing';
  readonly args: readonly string[];
  readonly values: ReadonlyMap<string, string>;
  /** Flag whose value is the next word. */
  readonly open?: Option | undefined;
  /** After `--`. */
  readonly onlyArgs?: boolean;
};

/** Reads the words of a command line, the last of which is to be completed. */
export function readLine(verbs: readonly Verb[], words: readonly string[]): Line {
  let parsed: Parsed = { args: [], values: new Map() };
  for (const word of words.slice(0, -1)) parsed = next(verbs, parsed, word);
  const word = words.at(-1) ?? '';
  const { verb, args, values, open } = parsed;
  const whole = { verb, args, values, typed: word, before: '' };
  if (open !== undefined) return { ...whole, wanted: wantedBy(open) };
  if (!isFlag(parsed, word)) return { ...whole, wanted: argumentOf(parsed) };
  const options = optionsOf(verb);
  const at = word.indexOf('=');
  if (at === -1) return { ...whole, wanted: { kind: 'flags', options } };
  const { option } = readFlag(options, word);
  const wanted: Wanted = option?.value === undefined ? { kind: 'none' } : wantedBy(option);
  return { ...whole, wanted, typed: word.slice(at + 1), before: word.slice(0, at + 1) };
}

const isFlag = ({ onlyArgs }: Parsed, word: string): boolean => word.startsWith('-') && onlyArgs !== true;

function next(verbs: readonly Verb[], parsed: Parsed, word: string): Parsed {
  const { verb, of, args, values, open } = parsed;
  const withValue = (option: Option, value: string) => new Map([...values, [nameOf(option), value]]);
  if (open !== undefined) return { ...parsed, values: withValue(open, word), open: undefined };
  if (word === '--') return { ...parsed, onlyArgs: true };
  if (isFlag(parsed, word)) {
    const { option, value } = readFlag(optionsOf(verb), word);
    if (option === undefined) return parsed;
    if (option.value !== undefined && value === undefined) return { ...parsed, open: option };
    return { ...parsed, values: withValue(option, value ?? '') };
  }
  if (verb !== undefined || of !== undefined) return { ...parsed, args: [...args, word] };
  if (word === HELP) return { ...parsed, of: 'help' };
  const found = verbs.find(({ name, aliases }) => name === word || aliases?.includes(word));
  return found === undefined ? { ...parsed, of: 'nothing' } : { ...parsed, verb: found };
}

function argumentOf({ verb, of, args }: Parsed): Wanted {
  if (of === 'nothing' || (of === 'help' && args.length > 0)) return { kind: 'none' };
  if (verb === undefined) return { kind: 'verbs' };
  const argument = verb.args[args.length];
  return argument === undefined ? { kind: 'none' } : { kind: 'value', name: argument.name.slice(1, -1) };
}

const wantedBy = ({ choices, value = '' }: Option): Wanted =>
  choices === undefined ? { kind: 'value', name: value } : { kind: 'choices', choices };

/** Name of an option in `values`. */
export const nameOf = ({ long, short }: Pick<Option, 'long' | 'short'>): string => long ?? short ?? '';

/** Flags of a verb, and of the command itself. */
function optionsOf(verb: Verb | undefined): Option[] {
  const cf = CF_FLAGS.filter(([of]) => of === verb?.name || of === '*');
  return [
    ...(verb?.flags ?? []).map(optionOf),
    ...GLOBAL_FLAGS.map(optionOf),
    optionOf({ flags: '-h, --help', description: 'show help' }),
    ...(verb === undefined ? [optionOf({ flags: '-v, --version', description: 'show the version' })] : []),
    ...cf.map(([, flags]) => optionOf({ flags, description: '', hidden: true })),
  ];
}

const optionOf = ({ flags, choices, description, hidden, repeatable }: Flag): Option => ({
  long: /--([\w-]+)/.exec(flags)?.[1],
  short: /(?:^|\s)-(\w)\b/.exec(flags)?.[1],
  value: /<([^<>]*)>/.exec(flags)?.[1],
  choices,
  description,
  hidden: hidden === true,
  repeatable: repeatable === true,
});

/** Option of a word such as `--flag`, `--flag=value`, `-f` or `-fvalue`, with its value where the word has it. */
function readFlag(options: readonly Option[], word: string) {
  const [, name, value] = /^--([^=]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
  if (name !== undefined) return { option: options.find(({ long }) => long === name), value };
  const option = options.find(({ short }) => short === word.charAt(1));
  return { option, value: word.length === 2 ? undefined : word.slice(2) };
}
