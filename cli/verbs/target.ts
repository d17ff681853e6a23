import * as v from 'valibot';
import { listOf } from '../api/responses.ts';
import { newClient } from '../client.ts';
import { CliError, messageOf, UsageError } from '../errors.ts';
import { present } from '../flags.ts';
import { MEND, readSettings, type Settings, storeSettings } from '../settings.ts';
import { listSpaces, spaceLine } from '../space-names.ts';
import type { Context, ParsedArgs, Verb } from '../verb.ts';

export const target: Verb = {
  name: 'target',
  aliases: ['t'],
  group: 'This command',
  summary: 'show or set the URL and the space of later commands',
  more:
    'Flags override TASKBRIDGE_URL and TASKBRIDGE_SPACE, which override the target. Before it is set the server is asked ' +
    'whether it accepts your credentials and the space; without a space the spaces are listed.',
  mends: true,
  args: [{ name: '[url]', description: 'same as --url' }],
  flags: [
    { flags: '-s <space>', description: 'same as --space' },
    { flags: '--no-check', description: 'set it without asking the server' },
  ],
  examples: [
    ['target https://api.example.org --space team-a', 'sets both'],
    ['target -s team-b', 'sets another space'],
    ['target', 'shows the current target'],
  ],
  run: async (context, given) => {
    const { settings, screen } = context;
    const next = await nextSettings(settings, given);
    if (next === undefined) return show(context);
    const lines = given.isSet('no-check') ? [] : await check(next);
    if (settings.damage !== undefined) screen.warn(`${settings.damage} It is replaced.`);
    const { url, space, sign } = next.given;
    await storeSettings(settings.file, { ...settings.stored, ...present({ url, space, sign }) });
    screen.line(
      `Now using: ${[url, space && `space ${space}`].filter(Boolean).join(', ') || `--sign ${sign}`}.`,
    );
    for (const line of lines) screen.line(line);
    for (const [name, value, stored] of [
      ['TASKBRIDGE_URL', settings.env.TASKBRIDGE_URL, url],
      ['TASKBRIDGE_SPACE', settings.env.TASKBRIDGE_SPACE, space],
    ]) {
      if (value && stored !== undefined && value !== stored)
        screen.warn(`${name} is set to ${value}, which overrides the target: unset it.`);
    }
    return undefined;
  },
};

/** Name of a namespace. */
const NAME = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** Settings with what is given; `undefined` where nothing is. Throws a usage error for an invalid value. */
async function nextSettings(
  { given: flags, env, file, stored }: Settings,
  given: ParsedArgs,
): Promise<Settings | undefined> {
  const positional = given.optionalArgument(0);
  if (positional !== undefined && flags.url !== undefined && positional !== flags.url)
    throw new UsageError('The URL is specified twice: as an argument and with --url. Specify it once.');
  const url = positional ?? flags.url;
  const space = given.text('s') ?? flags.space;
  if (url === '') throw new UsageError('The URL is empty: specify one, such as https://api.example.org.');
  if (space === '') throw new UsageError('The space is empty: specify a name.');
  if (space !== undefined && !NAME.test(space))
    throw new UsageError(
      `The space "${space}" is not a name: use lower-case letters, digits and "-", at most 63 characters.`,
    );
  if (url === undefined && space === undefined && flags.sign === undefined) return undefined;
  return readSettings({ ...flags, url, space }, env, { file, stored });
}

async function show({ settings, screen, client }: Context): Promise<undefined> {
  if (settings.damage !== undefined) throw new UsageError(`${settings.damage} ${MEND}`);
  screen.line(`URL:     ${settings.url ?? 'none. To set one: taskbridge target URL'}`);
  screen.line(`Space:   ${settings.space ?? 'none. To set one: taskbridge target -s SPACE'}`);
  if (settings.url === undefined || settings.space !== undefined) return;
  screen.line(`Spaces:  ${spaceLine((await listSpaces(client)).items)}`);
}

/** Lines to print after the check of a target. Throws a `CliError` for a server or a space that cannot be used. */
async function check(settings: Settings): Promise<readonly string[]> {
  const { url, space } = settings;
  if (url === undefined) return ['Not checked: no URL is set. To set one: taskbridge target URL'];
  const client = newClient(settings, () => space ?? '');
  try {
    if (space === undefined)
      return [
        `Spaces: ${spaceLine((await listSpaces(client)).items)}. To use one: taskbridge target -s SPACE`,
      ];
    await client.request(listOf(v.unknown()), { method: 'GET', path: ['apps'], query: { limit: '1' } });
    return [];
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const isSpace = space !== undefined && error.status !== undefined && error.kind !== undefined;
    const spaces = isSpace ? await listSpaces(client).catch(() => undefined) : undefined;
    const others = spaces === undefined ? '' : ` Spaces: ${spaceLine(spaces.items)}.`;
    throw new CliError(
      `${messageOf(error)}${others} The target stays as it was; --no-check sets it all the same.`,
    );
  }
}
