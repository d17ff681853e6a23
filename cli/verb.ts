import type { Client } from './client.ts';
import type { Settings } from './settings.ts';
import type { Terminal } from './terminal.ts';

/** Flag of a verb. `flags` is in commander's form: `-c, --command <text>`, `--wait`. */
export type Flag = {
  readonly flags: string;
  readonly description: string;
  /** True for a flag that may be specified several times; any other flag may be specified once. */
  readonly repeatable?: boolean;
  /** Allowed values. */
  readonly choices?: readonly string[];
  /** True for a flag of `cf` or Kf that is accepted but not shown in the help. */
  readonly hidden?: boolean;
};

type Argument = {
  /** `<name>` where required, `[name]` where optional. */
  readonly name: string;
  readonly description: string;
};

/** Last argument of a verb that takes all that stands after `--`. */
export const TRAILING: Argument = { name: '[args...]', description: 'arguments after the command, after --' };

/** Arguments and flags of a verb. */
export type ParsedArgs = {
  /** Argument at `index`. Throws a usage error where it is missing. */
  argument(index: number): string;
  optionalArgument(index: number): string | undefined;
  /** Arguments after `--`, of a verb whose last argument is {@link TRAILING}. */
  readonly trailing: readonly string[];
  /** Value of `--<flag>`. */
  text(flag: string): string | undefined;
  texts(flag: string): readonly string[];
  isSet(flag: string): boolean;
  /** Value of `--<flag>` as a whole number, 1 or more. Throws a usage error for anything else. */
  count(flag: string): number | undefined;
};

/** Dependencies of a verb. */
export type Context = {
  readonly client: Client;
  /** Current space. Throws a usage error where none is set. */
  space(): string;
  readonly settings: Settings;
  readonly screen: Terminal;
  readonly now: () => Date;
  /** Time zone of local times. */
  readonly timeZone: string;
  readonly wait: (ms: number) => Promise<void>;
  /** Sets the hint to print on an interrupt. */
  onInterrupt(hint: string): void;
};

/** Verb of the command line. */
export type Verb = {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly group: 'Spaces' | 'Apps' | 'Tasks' | 'Jobs' | 'This command';
  readonly summary: string;
  /** Further sentences of the help. */
  readonly more?: string;
  /** True for a verb that needs neither a server nor settings. */
  readonly offline?: boolean;
  /** True for a verb that replaces a damaged settings file. */
  readonly mends?: boolean;
  readonly args: readonly Argument[];
  readonly flags: readonly Flag[];
  readonly examples: readonly (readonly [command: string, description: string])[];
  /** Runs the verb. Resolves to the exit code where it is not 0. */
  readonly run: (context: Context, given: ParsedArgs) => Promise<number | undefined>;
};
