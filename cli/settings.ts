import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { jsonOf } from './api/problem.ts';
import { CliError, messageOf, systemCode, UsageError } from './errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const Url = v.pipe(
  v.string(),
  v.check((url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol), 'not an http(s) URL'),
);
const Stored = v.strictObject({
  url: v.optional(Url),
  space: v.optional(v.string()),
  sign: v.optional(v.boolean()),
});
type Stored = v.InferOutput<typeof Stored>;

/** Server, space and credentials of a command. */
export type Settings = {
  readonly url: string | undefined;
  readonly space: string | undefined;
  readonly token: string | undefined;
  /** True to sign requests with AWS credentials; absent: only for hosts of API Gateway. */
  readonly sign: boolean | undefined;
  /** True to send a token over plain HTTP to another machine. */
  readonly insecureHttp: boolean;
  /** Environment of the command, for the proxies of its requests. */
  readonly env: Environment;
  /** Region to sign for, where the host does not name it. */
  readonly region: string | undefined;
  /** Path of the file that `target` writes. */
  readonly file: string;
  readonly stored: Stored;
  /** Damage of that file, where the verb can mend it; `stored` has the fields that are whole. */
  readonly damage?: string;
  readonly given: SettingsInput;
};

/** Settings from the flags of this command. */
type SettingsInput = {
  readonly url?: string | undefined;
  readonly space?: string | undefined;
  readonly token?: string | undefined;
  readonly sign?: boolean | undefined;
  readonly insecureHttp?: boolean | undefined;
};

type StoredFile = { readonly file: string; readonly stored: Stored; readonly damage?: string };

/**
 * Reads settings from flags, else the environment, else the file of `target`. Throws a usage error for an invalid value, and
 * for a damaged file.
 */
export async function readSettings(
  given: SettingsInput,
  env: Environment,
  { file, stored, damage }: StoredFile,
): Promise<Settings> {
  const url = urlFrom('--url', given.url) ?? urlFrom('TASKBRIDGE_URL', env.TASKBRIDGE_URL) ?? stored.url;
  return {
    url: url?.replace(/(?<!\/)\/+$/, ''),
    space: given.space ?? (env.TASKBRIDGE_SPACE || stored.space),
    token: given.token ?? (env.TASKBRIDGE_TOKEN || undefined),
    sign: given.sign ?? stored.sign,
    insecureHttp: given.insecureHttp === true,
    env,
    region: env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined,
    file,
    stored,
    ...(damage === undefined ? {} : { damage }),
    given,
  };
}

/** Validates a URL from `source`. An empty one counts as unset. Throws a usage error that names the source. */
function urlFrom(source: string, text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  if (v.is(Url, text)) return text;
  throw new UsageError(`${source} is not a URL: "${text}". Use a URL such as https://api.example.org.`);
}

/** Reads the file of `target`. Throws a usage error where it cannot be read, and where it is damaged, unless it is to be mended. */
export async function readStored(env: Environment, mends: boolean): Promise<StoredFile> {
  const file = join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'taskbridge', 'config.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { file, stored: {} };
    throw new UsageError(`${file} can't be read (${messageOf(error)}): let yourself read it, or remove it.`);
  }
  const { stored, problem } = parseStored(text);
  if (problem === undefined) return { file, stored };
  const damage = `${file} is damaged: ${problem}.`;
  if (mends) return { file, stored, damage };
  throw new UsageError(`${damage} ${MEND}`);
}

export const MEND = 'To write it again: taskbridge target URL -s SPACE.';

/** Fields of the file that are whole, and what is wrong with the rest. */
function parseStored(text: string): { stored: Stored; problem?: string } {
  const value = jsonOf(text);
  if (value === undefined) return { stored: {}, problem: 'it is not JSON' };
  const parsed = v.safeParse(Stored, value);
  if (parsed.success) return { stored: parsed.output };
  const fields = parsed.issues.map((issue) => v.getDotPath(issue));
  const whole = Object.entries(Object(value)).filter(([name]) => !fields.includes(name));
  const salvaged = v.safeParse(Stored, Object.fromEntries(whole));
  const problems = parsed.issues.map((issue) => `${v.getDotPath(issue) ?? 'it'} ${problemOf(issue)}`);
  return { stored: salvaged.success ? salvaged.output : {}, problem: problems.join(', ') };
}

const problemOf = ({ received, expected }: { received: string; expected: string | null }): string =>
  expected === 'never' ? 'is not known' : `is ${received}, not ${WANTED[expected ?? ''] ?? 'an http(s) URL'}`;

const WANTED: Readonly<Record<string, string>> = {
  Object: 'an object with url, space and sign',
  string: 'a text',
  boolean: 'true or false',
};

/** Settings of verbs that work offline. No file is read. */
export const NO_SETTINGS: Settings = {
  url: undefined,
  space: undefined,
  token: undefined,
  sign: undefined,
  insecureHttp: false,
  env: {},
  region: undefined,
  file: '',
  stored: {},
  given: {},
};

/** Writes the settings file of later commands, readable by the user alone (mode 0600). Throws a `CliError` where it can't. */
export async function storeSettings(file: string, stored: Stored): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify(stored, undefined, 2)}\n`, { mode: 0o600 });
  } catch (error) {
    throw new CliError(
      `${file} can't be written (${messageOf(error)}): let yourself write it, or set XDG_CONFIG_HOME to a folder of yours.`,
    );
  }
}
