import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** True where a program is installed. Says aloud where it is not: its suite is skipped. */
export function isInstalled(program: string): boolean {
  const found = spawnSync('which', [program]).status === 0;
  if (!found) console.warn(`${program} is not installed: its tests are skipped.`);
  return found;
}

/** Commands of a terminal: movements and colours. */
const SEQUENCES = /\u001b(?:\[[0-9;?]*[A-Za-z]|[=>]|\][^\u0007]*\u0007)/g;

/**
 * Starts an interactive shell on a pseudo-terminal (util-linux's `script`), types keys once it is ready, and resolves to what it
 * showed when `shown` matches. `setUp` are its first commands.
 */
export async function typeInShell(
  shell: string,
  { env, setUp, keys, shown }: { env: Record<string, string>; setUp: string; keys: string; shown: RegExp },
): Promise<string> {
  const child = spawn('script', ['-qec', shell, '/dev/null'], {
    env: { PATH: process.env.PATH, TERM: 'dumb', PS1: '> ', COLUMNS: '200', LINES: '50', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  let typed = false;
  try {
    child.stdin.write(`${setUp}; stty cols 200; echo RE''ADY\n`);
    for await (const chunk of child.stdout) {
      text += String(chunk);
      const seen = text.replace(SEQUENCES, '').replaceAll('\r', '');
      if (!typed && /^READY$/m.test(seen)) {
        child.stdin.write(keys);
        typed = true;
        text = '';
      } else if (typed && shown.test(seen)) return seen;
    }
    throw new Error(`The shell ended, and showed:\n${text}`);
  } finally {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  }
}
