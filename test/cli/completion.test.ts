import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { complete } from '../../cli/completion/complete.ts';
import { GLOBAL_FLAGS } from '../../cli/flags.ts';
import { VERBS } from '../../cli/verbs.ts';
import { commandLine } from '../support/command-line.ts';
import { NOBODY } from '../support/listen.ts';
import { json, startServer, type TestServer } from '../support/test-server.ts';

const completed = async (words: readonly string[], env = {}) =>
  (await complete(VERBS, words, env))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/\t.*/, ''));

const VERB_NAMES = [...VERBS.map(({ name }) => name), 'help'];
const GLOBAL = [...GLOBAL_FLAGS.map(({ flags }) => /--[\w-]+/.exec(flags)?.[0] ?? ''), '--help'];
const SHELLS = ['bash', 'zsh', 'fish'];

describe('completion without a server', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['verbs', [''], VERB_NAMES],
    ['the beginning of a verb', ['run-'], ['run-task', 'run-job']],
    ['verbs after a flag', ['--space', 'team-a', 'run-'], ['run-task', 'run-job']],
    ['verbs after a flag with its value', ['--space=team-a', '--sign', 'run-'], ['run-task', 'run-job']],
    ['verbs after help', ['help', 'run-'], ['run-task', 'run-job']],
    ['nothing after the verb of help', ['help', 'push', ''], []],
    ['nothing after what is no verb', ['no-verb', ''], []],
    ['shells', ['completion', ''], SHELLS],
    ['nothing after a shell', ['completion', 'bash', ''], []],
    ['global flags before the verb', ['-'], [...GLOBAL, '--version']],
    ['global flags after the verb', ['spaces', '--'], ['--output', ...GLOBAL]],
    ['flags of a verb', ['tasks', '--s'], ['--state', '--space', '--sign']],
    ['flags of the alias of a verb', ['t', '-'], ['-s', '--no-check', ...GLOBAL]],
    ['flags that are not given yet', ['tasks', '--state', 'failed', '--s'], ['--space', '--sign']],
    ['flags that can be repeated', ['push', 'a', '--env', 'A=b', '--env'], ['--env']],
    ['no flags after --', ['run-task', 'a', '--', '-'], []],
    ['values', ['tasks', '--state', 'ru'], ['running']],
    ['values of a flag with =', ['tasks', '--state=ru'], ['--state=running']],
    ['values of short flags', ['jobs', '-o', 'y'], ['yaml']],
    ['time zones', ['schedule-job', 'a', 'b', '--time-zone', 'Europe/Berl'], ['Europe/Berlin']],
    ['no value of what is the text of the user', ['run-task', 'a', '-c', ''], []],
    ['the name of a new job, which is of the user', ['create-job', 'a', ''], []],
    ['files of a manifest', ['push', '-f', ''], [':files']],
    ['files of variables', ['push', '--vars-file=v'], [':files']],
    ['files of a source', ['push', 'a', '--path', ''], [':files']],
    ['files after a short flag', ['push', 'a', '-p', './'], [':files']],
    ['sources of an import', ['import', ''], ['pcf-scheduler']],
    ['files of an import', ['import', 'pcf-scheduler', ''], [':files']],
    ['the value of a flag of cf', ['push', '-b', 'java', '--rebu'], ['--rebuild']],
  ])('has %s', async (_, words, expected) => {
    expect(await completed(words)).toEqual(expected);
  });

  it('describes verbs and flags', async () => {
    expect(await complete(VERBS, ['run-t'], {})).toBe('run-task\trun a one-off task on an app\n');
    expect(await complete(VERBS, ['push', '--rebu'], {})).toBe(
      '--rebuild\tbuild again, even if the source is unchanged\n',
    );
  });
});

describe('completion of names', () => {
  let server: TestServer;
  let folder: string;
  let answers: boolean;
  let env: Record<string, string>;
  const task = { app: 'billing', id: 'abcde', state: 'running', command: 'c', createdAt: '' };
  const LISTS: Record<string, unknown[]> = {
    '/v1/spaces': [{ name: 'team-a' }, { name: 'team-b' }],
    '/v1/spaces/team-a/apps?limit=500': [{ name: 'billing' }, { name: 'orders' }, { name: '$(reboot)' }],
    '/v1/spaces/team-b/apps?limit=500': [{ name: 'other' }],
    '/v1/spaces/team-a/jobs?limit=500': [{ name: 'report', app: 'billing' }],
    '/v1/spaces/team-a/tasks?limit=500': [
      { ...task, name: 'billing-abcde' },
      { ...task, name: 'billing-vwxyz', id: 'vwxyz', state: 'failed' },
      { ...task, name: 'orders-fghij', id: 'fghij', app: 'orders' },
    ],
  };

  beforeEach(async () => {
    answers = true;
    server = await startServer(({ path }, response) => {
      if (answers) json(response, LISTS[path] === undefined ? 404 : 200, { items: LISTS[path] });
    });
    folder = await mkdtemp(join(tmpdir(), 'completion-test-'));
    env = {
      TASKBRIDGE_URL: server.endpoint,
      TASKBRIDGE_SPACE: 'team-a',
      XDG_CACHE_HOME: folder,
      XDG_CONFIG_HOME: folder,
    };
  });
  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ['apps', ['run-task', ''], ['billing', 'orders']],
    ['apps of another space', ['--space', 'team-b', 'app', ''], ['other']],
    ['apps of a space after the verb', ['app', '--space=team-b', ''], ['other']],
    ['apps of a flag', ['jobs', '--app', 'b'], ['billing']],
    ['apps of a flag with =', ['jobs', '--app=b'], ['--app=billing']],
    ['jobs', ['run-job', ''], ['report']],
    ['jobs of a flag', ['tasks', '--job', ''], ['report']],
    ['tasks, and apps whose task is meant', ['task', 'b'], ['billing-abcde', 'billing-vwxyz', 'billing']],
    [
      'what has a log',
      ['logs', ''],
      ['billing-abcde', 'billing-vwxyz', 'orders-fghij', 'billing', 'orders', 'report'],
    ],
    ['tasks that have not ended', ['terminate-task', 'billing-'], ['billing-abcde']],
    ['ids of an app', ['terminate-task', 'billing', ''], ['abcde']],
    ['spaces', ['apps', '--space', ''], ['team-a', 'team-b']],
    ['spaces of target', ['target', '-s', ''], ['team-a', 'team-b']],
    ['no second app', ['app', 'billing', ''], []],
  ])('has %s', async (_, words, expected) => {
    expect(await completed(words, env)).toEqual(expected);
  });

  it('asks the server once for a moment, and for each user and space', async () => {
    for (const typed of ['', 'b', 'billing']) await completed(['app', typed], env);
    expect(server.received).toHaveLength(1);
    await completed(['app', ''], { ...env, TASKBRIDGE_TOKEN: 'of-another' });
    await completed(['app', ''], { ...env, TASKBRIDGE_SPACE: 'team-b' });
    expect(server.received).toHaveLength(3);
    const cache = join(folder, 'taskbridge');
    expect(await readdir(cache)).toEqual(['completion-apps.json']);
    expect((await stat(join(cache, 'completion-apps.json'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(cache, 'completion-apps.json'), 'utf8')).not.toContain('of-another');
  });

  it.each<[string, Record<string, string>]>([
    ['nobody at the URL', { TASKBRIDGE_URL: NOBODY }],
    ['an error of the server', { TASKBRIDGE_SPACE: 'absent' }],
    ['no URL', { TASKBRIDGE_URL: '' }],
    ['no space', { TASKBRIDGE_SPACE: '' }],
    ['a wrong URL', { TASKBRIDGE_URL: 'nothing' }],
    ['a wrong proxy', { TASKBRIDGE_URL: 'https://api.example', https_proxy: 'socks5://x' }],
    ['a cache that cannot be written', { XDG_CACHE_HOME: '/dev/null', TASKBRIDGE_URL: NOBODY }],
  ])('is silent with %s', async (_, more) => {
    const run = await commandLine({ ...env, ...more });
    expect(await run("exec taskbridge __complete app ''")).toEqual({ code: 0, out: '', err: '' });
  });

  it('gives up on a server that does not answer, which is not asked again at once', async () => {
    answers = false;
    const run = await commandLine(env);
    for (let times = 0; times < 3; times += 1)
      expect(await run("exec taskbridge __complete app ''")).toEqual({ code: 0, out: '', err: '' });
    expect(server.received).toHaveLength(1);
  });
});
