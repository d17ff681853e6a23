import { UsageError } from '../errors.ts';
import { present } from '../flags.ts';
import { readSettings, storeSettings } from '../settings.ts';
import type { Verb } from '../verb.ts';

export const target: Verb = {
  name: 'target',
  aliases: ['t'],
  group: 'This command',
  summary: 'show or set the URL and the space of later commands',
  more: 'Flags override TASKBRIDGE_URL and TASKBRIDGE_SPACE, which override the target.',
  args: [{ name: '[url]', description: 'same as --url' }],
  flags: [{ flags: '-s <space>', description: 'same as --space' }],
  examples: [
    ['target https://api.example.org --space team-a', 'sets both'],
    ['target -s team-b', 'sets another space'],
    ['target', 'shows the current target'],
  ],
  run: async ({ settings, screen }, given) => {
    const { stored, file, given: flags } = settings;
    const url = given.optionalArgument(0) ?? flags.url;
    const space = given.text('s') ?? flags.space;
    const { sign } = flags;
    if (url === undefined && space === undefined && sign === undefined) {
      screen.line(`URL:     ${settings.url ?? 'none. To set one: taskbridge target URL'}`);
      screen.line(`Space:   ${settings.space ?? 'none. To set one: taskbridge target -s SPACE'}`);
      return undefined;
    }
    const checked = await readSettings({ url, space, sign }, {});
    if (space === '') throw new UsageError('The space is empty: specify a name.');
    await storeSettings(file, { ...stored, ...present({ url: checked.given.url, space, sign }) });
    screen.line(
      `Now using: ${[url, space && `space ${space}`].filter(Boolean).join(', ') || `--sign ${sign}`}.`,
    );
    return undefined;
  },
};
