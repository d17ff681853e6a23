import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SCRIPTS } from '../../cli/completion/scripts.ts';
import { COMMAND_FILE } from '../support/command-line.ts';
import { isInstalled, typeInShell } from '../support/terminal-session.ts';
import { json, startServer, type TestServer } from '../support/test-server.ts';

const APPS = [{ name: 'billing' }, { name: 'orders' }];

/** A line up to where TAB is pressed, and what becomes of it. */
const COMPLETED: readonly (readonly [string, string])[] = [
  ['taskbridge run-t', 'taskbridge run-task'],
  ['taskbridge --space team-a run-t', 'taskbridge --space team-a run-task'],
  ['taskbridge help schedule-j', 'taskbridge help schedule-job'],
  ['taskbridge tasks --stat', 'taskbridge tasks --state'],
  ['taskbridge tasks --state ru', 'taskbridge tasks --state running'],
  ['taskbridge tasks --state=ru', 'taskbridge tasks --state=running'],
  ['taskbridge jobs --app=bi', 'taskbridge jobs --app=billing'],
  ['taskbridge run-task bi', 'taskbridge run-task billing'],
  ['taskbridge push billing -e A=b:c --rebu', 'taskbridge push billing -e A=b:c --rebuild'],
  ['taskbridge completion f', 'taskbridge completion fish'],
  ['taskbridge push -f man', 'taskbridge push -f manifest.yml'],
  ['taskbridge push --path=man', 'taskbridge push --path=manifest.yml'],
  ['taskbridge push -p sour', 'taskbridge push -p source/'],
  ['taskbridge import pcf-scheduler man', 'taskbridge import pcf-scheduler manifest.yml'],
];

describe('completion in a shell', () => {
  let server: TestServer;
  let folder: string;
  let env: Record<string, string>;
  beforeAll(async () => {
    server = await startServer((_, response) => json(response, 200, { items: APPS }));
    folder = await mkdtemp(join(tmpdir(), 'completion-test-'));
    await symlink(COMMAND_FILE, join(folder, 'taskbridge'));
    await writeFile(join(folder, 'manifest.yml'), '');
    await mkdir(join(folder, 'source'));
    await mkdir(join(folder, 'functions'));
    await writeFile(join(folder, 'functions/_taskbridge'), SCRIPTS.zsh);
    env = {
      HOME: folder,
      XDG_CACHE_HOME: folder,
      XDG_CONFIG_HOME: folder,
      TASKBRIDGE_URL: server.endpoint,
      TASKBRIDGE_SPACE: 'team-a',
      PATH: `${folder}:${process.env.PATH}`,
    };
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  /** The line after TAB: it is printed, not run. */
  const afterTab = async (shell: string, setUp: string, line: string): Promise<string | undefined> => {
    const keys = `${line}\t\u0001echo DONE \u0005\r`;
    const shown = await typeInShell(shell, {
      env,
      setUp: `cd ${folder}; ${setUp}`,
      keys,
      shown: /^DONE .*\n/m,
    });
    return /^DONE (.*)$/m.exec(shown)?.[1]?.trimEnd();
  };

  const BASH = 'source <(taskbridge completion bash)';
  const bash = isInstalled('bash') && isInstalled('script') ? it : it.skip;
  bash.each(COMPLETED)('bash: %s', async (line, expected) => {
    expect(await afterTab('bash --norc --noprofile -i', BASH, line)).toBe(expected);
  });
  bash('bash lists what there is', async () => {
    const keys = 'taskbridge app \t\t';
    const shown = await typeInShell('bash --norc --noprofile -i', {
      env,
      setUp: BASH,
      keys,
      shown: /billing\s+orders/,
    });
    expect(shown).not.toContain('command not found');
  });

  const ZSH = 'autoload -Uz compinit; compinit -u -D';
  const zsh = isInstalled('zsh') && isInstalled('script') ? it : it.skip;
  zsh.each(COMPLETED)('zsh: %s', async (line, expected) => {
    // zsh removes the slash of a folder when the word ends.
    const whole = expected.replace(/\/$/, '');
    expect(await afterTab('zsh -f -i', `${ZSH}; source <(taskbridge completion zsh)`, line)).toBe(whole);
  });
  zsh('zsh finds the script in fpath', async () => {
    const setUp = `fpath=(${folder}/functions $fpath); ${ZSH}`;
    expect(await afterTab('zsh -f -i', setUp, 'taskbridge run-t')).toBe('taskbridge run-task');
  });
  zsh('zsh lists what there is, with descriptions', async () => {
    const setUp = `${ZSH}; source <(taskbridge completion zsh)`;
    const keys = 'taskbridge run-\t';
    const shown = await typeInShell('zsh -f -i', { env, setUp, keys, shown: /run-job +-- run a job now/ });
    expect(shown).toMatch(/run-task +-- run a one-off task/);
  });

  const fish = isInstalled('fish') ? it : it.skip;
  const inFish = async (line: string): Promise<string[]> => {
    const script = `cd ${folder}; taskbridge completion fish | source; complete -C ${JSON.stringify(line)}`;
    const { stdout } = await promisify(execFile)('fish', ['--no-config', '-c', script], { env });
    return stdout.split('\n').filter((found) => found !== '');
  };
  fish.each(COMPLETED)('fish: %s', async (line, expected) => {
    const [first = '', ...more] = await inFish(line);
    const before = line.slice(0, line.lastIndexOf(' ') + 1);
    expect([`${before}${first.replace(/\t.*/, '')}`, ...more]).toEqual([expected]);
  });
  fish('fish lists what there is, with descriptions', async () => {
    expect(await inFish('taskbridge app ')).toEqual(['billing', 'orders']);
    expect(await inFish('taskbridge run-t')).toEqual(['run-task\trun a one-off task on an app']);
  });
});
