import { SCRIPTS } from '../completion/scripts.ts';
import { UsageError } from '../errors.ts';
import type { Verb } from '../verb.ts';

export const completion: Verb = {
  name: 'completion',
  group: 'This command',
  summary: 'print a shell completion script',
  offline: true,
  args: [{ name: '<shell>', description: 'bash, zsh or fish' }],
  flags: [],
  examples: [
    ['completion bash > /etc/bash_completion.d/taskbridge', 'for bash'],
    ['completion zsh > ~/.zsh/completions/_taskbridge', 'for zsh, with that folder in fpath'],
    ['completion fish > ~/.config/fish/completions/taskbridge.fish', 'for fish'],
  ],
  run: async ({ screen }, given) => {
    const shell = given.argument(0);
    if (shell !== 'bash' && shell !== 'zsh' && shell !== 'fish') {
      throw new UsageError(`Unknown shell "${shell}": use bash, zsh or fish.`);
    }
    screen.write(SCRIPTS[shell]);
    return undefined;
  },
};
