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

/** Where requests go and who asks. */
export type Settings = {
  readonly url: string | undefined;
  readonly space: string | undefined;
  readonly token: string | undefined;
  /** Whether requests are signed with AWS credentials; absent: where the host is API Gateway's own. */
  readonly sign: boolean | undefined;
  /** The region to sign for, where the host does not say it. */
  readonly region: string | undefined;
  /** The file that `target` writes. */
  readonly file: string;
  readonly stored: Stored;
  readonly given: GivenSettings;
};

/** What the flags of this command say of it. */
type GivenSettings = {
  readonly url?: string | undefined;
  readonly space?: string | undefined;
  readonly token?: string | undefined;
  readonly sign?: boolean | undefined;
};

/** What a flag says, else the environment, else the file of `target`. Throws a usage error for a value that is none. */
export async function readSettings(given: GivenSettings, env: Environment): Promise<Settings> {
  const file = join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'taskbridge', 'config.json');
  const stored = await readStored(file);
  const url = urlFrom('--url', given.url) ?? urlFrom('TASKBRIDGE_URL', env.TASKBRIDGE_URL) ?? stored.url;
  return {
    url: url?.replace(/(?<!\/)\/+$/, ''),
    space: given.space ?? (env.TASKBRIDGE_SPACE || stored.space),
    token: given.token ?? (env.TASKBRIDGE_TOKEN || undefined),
    sign: given.sign ?? stored.sign,
    region: env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined,
    file,
    stored,
    given,
  };
}

/** The URL that `source` gives; an empty one counts as none, as an empty variable does. */
function urlFrom(source: string, text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  if (v.is(Url, text)) return text;
  throw new UsageError(`${source} is no URL: "${text}". Write it as https://api.example.org.`);
}

async function readStored(file: string): Promise<Stored> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return {};
  try {
    return v.parse(Stored, JSON.parse(text));
  } catch (error) {
    throw new UsageError(`${file} can't be read: ${messageOf(error)}. Mend it, or remove it.`);
  }
}

/** For what needs none; no file is read, and a broken one is in nobody's way. */
export const NO_SETTINGS: Settings = {
  url: undefined,
  space: undefined,
  token: undefined,
  sign: undefined,
  region: undefined,
  file: '',
  stored: {},
  given: {},
};

/** Writes the file that the next commands read. Nobody but the user may read it. */
export async function storeSettings(file: string, stored: Stored): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(stored, undefined, 2)}\n`, { mode: 0o600 });
}
