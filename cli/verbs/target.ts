import { UsageError } from '../errors.ts';
import { present } from '../flags.ts';
import { readSettings, storeSettings } from '../settings.ts';
import type { Verb } from '../verb.ts';

export const target: Verb = {
  name: 'target',
  aliases: ['t'],
  group: 'This command',
  summary: 'show or choose the URL and the space of the commands to come',
  more: 'Flags go before TASKBRIDGE_URL and TASKBRIDGE_SPACE, and these before what is chosen here.',
  args: [{ name: '[url]', what: 'the same as --url' }],
  flags: [{ flags: '-s <space>', what: 'the same as --space' }],
  examples: [
    ['target https://api.example.org --space team-a', 'chooses both'],
    ['target -s team-b', 'another space'],
    ['target', 'shows what holds now'],
  ],
  run: async ({ settings, screen }, given) => {
    const { stored, file, given: flags } = settings;
    const url = given.optionalArgument(0) ?? flags.url;
    const space = given.text('s') ?? flags.space;
    const { sign } = flags;
    if (url === undefined && space === undefined && sign === undefined) {
      screen.line(`URL:     ${settings.url ?? 'none: taskbridge target URL'}`);
      screen.line(`Space:   ${settings.space ?? 'none: taskbridge target -s SPACE'}`);
      return undefined;
    }
    const checked = await readSettings({ url, space, sign }, {});
    if (space === '') throw new UsageError('The space is empty: name one.');
    await storeSettings(file, { ...stored, ...present({ url: checked.given.url, space, sign }) });
    screen.line(
      `Chosen: ${[url, space && `space ${space}`].filter(Boolean).join(', ') || `--sign ${sign}`}.`,
    );
    return undefined;
  },
};
