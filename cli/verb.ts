import type { Client } from './client.ts';
import type { Screen } from './screen.ts';
import type { Settings } from './settings.ts';

/** A flag of a verb, as commander writes it: `-c, --command <text>`, `--wait`. */
export type Flag = {
  readonly flags: string;
  readonly what: string;
  /** May be given again and again; any other flag that comes twice is refused. */
  readonly repeatable?: boolean;
  /** The only values that are allowed. */
  readonly choices?: readonly string[];
  /** Understood, and not shown in the help: what `cf` and Kf have and nothing here depends on. */
  readonly hidden?: boolean;
};

type Argument = {
  /** `<name>` must be given, `[name]` may. */
  readonly name: string;
  readonly what: string;
};

/** What stands on the command line behind the verb. */
export type Given = {
  /** The argument at this place. Throws a usage error when it is not there. */
  argument(index: number): string;
  optionalArgument(index: number): string | undefined;
  /** The value of `--<flag>`. */
  text(flag: string): string | undefined;
  texts(flag: string): readonly string[];
  isSet(flag: string): boolean;
  /** The value of `--<flag>` as a whole number from 1 on. Throws a usage error for anything else. */
  count(flag: string): number | undefined;
};

/** What a verb works with. */
export type Context = {
  readonly client: Client;
  /** The space that is worked in. Throws a usage error when none was said. */
  space(): string;
  readonly settings: Settings;
  readonly screen: Screen;
  readonly now: () => Date;

  readonly wait: (ms: number) => Promise<void>;
  /** Asks for `hint` to be shown when the user interrupts. */
  onInterrupt(hint: string): void;
  /** Every verb, for the shells' completion. */
  readonly verbs: readonly Verb[];
};

/** One verb of the command line. */
export type Verb = {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly group: 'Spaces' | 'Apps' | 'Tasks' | 'Jobs' | 'This command';
  readonly summary: string;
  /** What the summary leaves open. */
  readonly more?: string;
  /** It needs neither a server nor settings, and works without them. */
  readonly offline?: boolean;
  readonly args: readonly Argument[];
  readonly flags: readonly Flag[];
  /** A command and what it does. */
  readonly examples: readonly (readonly [command: string, what: string])[];
  /** Does it; the exit code where that is not 0. */
  readonly run: (context: Context, given: Given) => Promise<number | undefined>;
};
