import { setTimeout } from 'node:timers/promises';
import { readSettings, readStored, type Settings } from '../settings.ts';
import type { Verb } from '../verb.ts';
import { HELP, type Line, nameOf, readLine } from './line.ts';
import { isRunning, type Kind, namesOf } from './names.ts';
import { SCRIPTS } from './scripts.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Candidate = { readonly text: string; readonly description?: string };

/** Maximum time for names of the server, in ms. */
const TIMEOUT_MS = 2_000;

/** Values by the name that an argument or a flag has in the help. Of a verb or its argument that is not listed there are none. */
const SOURCES: Readonly<Record<string, readonly Kind[]>> = {
  app: ['apps'],
  job: ['jobs'],
  space: ['spaces'],
  task: ['tasks'],
};

/** Values that no server knows. */
const FIXED: Readonly<Record<string, () => readonly string[]>> = {
  shell: () => Object.keys(SCRIPTS),
  source: () => ['pcf-scheduler'],
  zone: () => Intl.supportedValuesOf('timeZone'),
};

/** Verbs whose first argument may be of another kind, too. */
const ALSO: Readonly<Record<string, readonly Kind[]>> = {
  logs: ['apps', 'jobs'],
  task: ['apps'],
  'terminate-task': ['apps'],
};

/**
 * Completes the last of the words. Resolves to the lines for a shell's script, within two seconds: to none where the server does
 * not answer, or anything else fails.
 */
export async function complete(
  verbs: readonly Verb[],
  words: readonly string[],
  env: Environment,
): Promise<string> {
  const line = readLine(verbs, words);
  if (line.wanted.kind === 'value' && /^(?:file|path)$/.test(line.wanted.name)) return ':files\n';
  const candidates = await within(
    candidatesOf(verbs, line, env).catch(() => []),
    TIMEOUT_MS,
  );
  return candidates
    .filter(({ text }) => text.startsWith(line.typed))
    .map(({ text, description = '' }) => `${line.before}${text}\t${description}\n`)
    .join('');
}

const within = (candidates: Promise<readonly Candidate[]>, ms: number): Promise<readonly Candidate[]> =>
  Promise.race([candidates, setTimeout(ms, [], { ref: false })]);

async function candidatesOf(
  verbs: readonly Verb[],
  line: Line,
  env: Environment,
): Promise<readonly Candidate[]> {
  const { wanted, values, typed } = line;
  if (wanted.kind === 'verbs') {
    const help = { text: HELP, description: 'show help of a verb' };
    return [...verbs.map(({ name, summary }) => ({ text: name, description: summary })), help];
  }
  if (wanted.kind === 'choices') return wanted.choices.map((text) => ({ text }));
  if (wanted.kind === 'value') return valuesOf(line, wanted.name, env);
  if (wanted.kind === 'none') return [];
  return wanted.options
    .filter((option) => !option.hidden && (option.repeatable || !values.has(nameOf(option))))
    .filter(({ long }) => long !== undefined || !typed.startsWith('--'))
    .map(({ long, short, description }) => ({
      text: long === undefined ? `-${short}` : `--${long}`,
      description,
    }));
}

async function valuesOf(line: Line, name: string, env: Environment): Promise<readonly Candidate[]> {
  const { verb, args } = line;
  const fixed = FIXED[name]?.();
  if (fixed !== undefined) return fixed.map((text) => ({ text }));
  // The name of a new job is the user's.
  if (verb?.name === 'create-job' && name === 'job') return [];
  const open = verb?.name === 'terminate-task' ? isRunning : () => true;
  if (name === 'id') {
    const tasks = await namesOf('tasks', await settingsOf(line, env), Date.now());
    return tasks
      .filter((task) => task.app === args[0] && open(task))
      .map(({ id = '', state }) => ({ text: id, ...described(state) }));
  }
  const kinds = [...(SOURCES[name] ?? []), ...((name === 'task' && ALSO[verb?.name ?? '']) || [])];
  if (kinds.length === 0) return [];
  const settings = await settingsOf(line, env);
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      const found = await namesOf(kind, settings, Date.now()).catch(() => []);
      return found.filter((item) => kind !== 'tasks' || open(item));
    }),
  );
  return lists.flat().map(({ name: text, state }) => ({ text, ...described(state) }));
}

/** Settings of the command that is being typed. */
async function settingsOf({ values }: Line, env: Environment): Promise<Settings> {
  const given = Object.fromEntries(
    ['url', 'space', 'token'].flatMap((name) => (values.get(name) ? [[name, values.get(name)]] : [])),
  );
  const signs = values.has('sign') ? { sign: true } : values.has('no-sign') ? { sign: false } : {};
  const insecureHttp = values.has('insecure-http');
  return readSettings({ ...given, ...signs, insecureHttp }, env, await readStored(env, false));
}

const described = (state: string | undefined) => (state === undefined ? {} : { description: state });
