import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { messageOf, UsageError } from './errors.ts';

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

/** Reads settings from flags, else the environment, else the file of `target`. Throws a usage error for an invalid value. */
export async function readSettings(given: SettingsInput, env: Environment): Promise<Settings> {
  const file = join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'taskbridge', 'config.json');
  const stored = await readStored(file);
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
    given,
  };
}

/** Validates a URL from `source`. An empty one counts as unset. Throws a usage error that names the source. */
function urlFrom(source: string, text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  if (v.is(Url, text)) return text;
  throw new UsageError(`${source} is not a URL: "${text}". Use a URL such as https://api.example.org.`);
}

async function readStored(file: string): Promise<Stored> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return {};
  try {
    return v.parse(Stored, JSON.parse(text));
  } catch (error) {
    throw new UsageError(`${file} can't be read: ${messageOf(error)}. Fix it, or remove it.`);
  }
}

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

/** Writes the settings file of later commands, readable by the user alone (mode 0600). */
export async function storeSettings(file: string, stored: Stored): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(stored, undefined, 2)}\n`, { mode: 0o600 });
}
