import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { run } from '../../cli/run.ts';
import { VERBS } from '../../cli/verbs.ts';
import { json, startServer, type TestServer } from '../support/test-server.ts';

const BAD = 'bad\u001b]52;c;AAAA\u0007\u001b[2K\u001b[1A\r\u009b2J\u009d0;t\u009c\u202e\u007f\b';
const TIME = '2026-11-24T21:00:00Z';
const SCHEDULE = { cron: BAD, timeZone: 'UTC', description: BAD, nextRuns: [TIME] };

/** An app, a job, a task, a build, a part of a log and a page of each, in one. */
const ITEM = {
  ...{
    space: BAD,
    name: BAD,
    id: BAD,
    app: BAD,
    job: BAD,
    displayName: BAD,
    command: `${BAD}\nState: ${BAD}`,
  },
  ...{ state: 'failed', reason: BAD, message: `${BAD}\n${BAD}`, image: BAD, sha256: BAD, phase: BAD },
  ...{ createdAt: TIME, startedAt: TIME, finishedAt: TIME, lastScheduleTime: TIME, requestedBy: BAD },
  ...{ build: { name: BAD, sha256: BAD, state: 'failed', createdAt: TIME, message: BAD, reason: BAD } },
  ...{ builtImage: { image: BAD, build: BAD, processes: [BAD] }, entrypoint: [BAD], processes: [BAD] },
  ...{ env: [{ name: BAD, value: BAD }], services: [{ name: BAD }], labels: { [BAD]: BAD } },
  ...{ resources: { memory: BAD, cpu: BAD, disk: BAD }, securityGroups: [BAD], serviceAccountName: BAD },
  ...{ schedule: SCHEDULE, replaced: SCHEDULE, trigger: { bus: BAD, pattern: { [BAD]: [BAD] } } },
  ...{ suspend: true, concurrencyPolicy: BAD, problems: [{ field: BAD, message: BAD }] },
  conditions: ['Ready', 'Triggered'].map((type) => ({
    type,
    status: 'False',
    reason: BAD,
    message: `${BAD}\n${BAD}`,
  })),
  ...{ outcomes: [{ name: BAD, state: 'failed', createdAt: TIME }], jobs: [BAD] },
  ...{ log: `\u001b[31m${BAD.replace(/[\r\u202e]/g, '')}\u001b[0m\n`, more: false, exitCode: 7 },
};

/** Jobs of an apply. */
const APPLIED = ['changed', 'deleted', 'kept', 'unchanged'].map((outcome) => ({
  name: BAD,
  ...{ outcome, fields: [BAD], active: false },
}));

/** Lines of each verb that prints what the server sent. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  spaces: ['spaces'],
  push: ['push a -o b:1', 'push -f MANIFEST', 'push a --path HOME'],
  apps: ['apps'],
  app: ['app a'],
  delete: ['delete a -f', 'delete a'],
  builds: ['builds a'],
  'run-task': ['run-task a -c b', 'run-task a --wait'],
  tasks: ['tasks'],
  task: ['task a', 'task a b'],
  logs: ['logs a', 'logs a -f', 'logs a --recent'],
  'terminate-task': ['terminate-task a', 'terminate-task a --async'],
  'create-job': ['create-job a b c'],
  'update-job': ['update-job a b'],
  backfill: ['backfill a --from 2024-11-01'],
  apply: ['apply -f JOBS', 'apply -f JOBS --dry-run'],
  diff: ['diff -f JOBS'],
  export: ['export', 'export a'],
  'cancel-backfill': ['cancel-backfill a'],
  'run-job': ['run-job a', 'run-job a --wait'],
  'schedule-job': ['schedule-job a b'],
  'create-trigger': ['create-trigger a --pattern {}'],
  'suspend-job': ['suspend-job a', 'suspend-job --all'],
  'resume-job': ['resume-job a', 'resume-job --all'],
  jobs: ['jobs'],
  'job-schedules': ['job-schedules'],
  triggers: ['triggers'],
  job: ['job a'],
  'job-history': ['job-history a'],
  'delete-job-schedule': ['delete-job-schedule a -f'],
  'delete-trigger': ['delete-trigger a -f'],
  'delete-job': ['delete-job a -f'],
  target: ['target'],
  import: ['import pcf-scheduler PCF'],
  completion: [],
  version: [],
};

describe('a server that sends control characters', () => {
  let server: TestServer;
  let home: string;
  let failing = false;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'hostile-'));
    const job = {
      guid: 'j',
      name: BAD,
      app_guid: 'x',
      command: BAD,
      schedules: [{ guid: 's', expression: `0 2 ? * 1 ${BAD}` }],
    };
    await writeFile(join(home, 'PCF'), JSON.stringify({ jobs: [job], apps: [{ guid: 'x', name: BAD }] }));
    await writeFile(
      join(home, 'MANIFEST'),
      JSON.stringify({ applications: [{ name: BAD, [BAD]: 1, docker: { image: BAD } }] }),
    );
    await writeFile(
      join(home, 'JOBS'),
      JSON.stringify({ applications: [{ name: 'a', jobs: [{ name: 'a' }] }] }),
    );
    server = await startServer(({ method, path }, response) => {
      if (failing)
        json(response, 422, { title: BAD, detail: `${BAD}\n${BAD}`, errors: [{ field: BAD, message: 'x' }] });
      else if (method === 'PUT' && path.endsWith('/jobs')) json(response, 200, { jobs: APPLIED });
      else if (method === 'DELETE') response.writeHead(204).end();
      else json(response, 200, { ...ITEM, items: [ITEM] });
    });
  });
  afterAll(async () => {
    await server.close();
    await rm(home, { recursive: true });
  });

  /** Output of a line on a terminal or a pipe. */
  async function outputOf(line: string, isTTY: boolean) {
    const texts = { out: '', err: '' };
    const stream = (name: 'out' | 'err') =>
      Object.assign(
        new Writable({
          write: (chunk, _, done) => {
            texts[name] += String(chunk);
            done();
          },
        }),
        { isTTY, columns: 200 },
      );
    await run({
      args: line
        .replace('PCF', join(home, 'PCF'))
        .replace('JOBS', join(home, 'JOBS'))
        .replace('MANIFEST', join(home, 'MANIFEST'))
        .replace('HOME', home)
        .split(' '),
      env: { TASKBRIDGE_URL: server.endpoint, TASKBRIDGE_SPACE: BAD, XDG_CONFIG_HOME: home },
      stdin: Object.assign(Readable.from(['0\n']), { isTTY }),
      ...{ stdout: stream('out'), stderr: stream('err') },
      onInterrupt: () => {},
    });
    return texts;
  }

  /** Control characters but those that this command writes itself: colours, and the end of a transient line. */
  const commandsIn = ({ out, err }: { readonly out: string; readonly err: string }) =>
    `${out}${err}`
      .replace(/\u001b\[\d*m|\r\u001b\[K/g, '')
      // The prompt of Node's readline.
      .replace(/\u001b\[\d+G|\u001b\[0J|\r(?=\n)/g, '')
      .match(/[\0-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g);

  it('is tried with every verb', () => {
    expect(Object.keys(LINES).sort()).toEqual(VERBS.map(({ name }) => name).sort());
  });

  const reading = VERBS.filter(({ flags }) => flags.some(({ flags: text }) => text.includes('--output'))).map(
    ({ name }) => name,
  );
  const all = Object.values(LINES).flat();
  const inFormats = reading.flatMap((name) =>
    (LINES[name] ?? []).flatMap((line) =>
      ['json', 'yaml', 'name', 'wide'].map((format) => `${line} -o ${format}`),
    ),
  );

  it.each([...all, ...inFormats])('commands no terminal: %s', async (line) => {
    failing = false;
    const texts = await outputOf(line, true);
    expect(`${texts.out}${texts.err}`).not.toBe('');
    expect({ ...texts, commands: commandsIn(texts) }).toEqual({ ...texts, commands: null });
  });

  it.each(all)('commands no terminal by its errors: %s', async (line) => {
    failing = true;
    const texts = await outputOf(line, true);
    expect({ ...texts, commands: commandsIn(texts) }).toEqual({ ...texts, commands: null });
  });

  it('makes up no field and no message', async () => {
    failing = false;
    const { out, err } = await outputOf('task a', true);
    expect(`${out}${err}`.split('\n').filter((line) => /^(State|bad)/.test(line))).toEqual([
      expect.stringMatching(/^State: +failed$/),
    ]);
    failing = true;
    expect((await outputOf('task a', true)).err.split('\n')).toHaveLength(2);
  });

  it('has its log written to a pipe byte for byte', async () => {
    failing = false;
    expect((await outputOf('logs a', false)).out).toBe(ITEM.log);
    expect((await outputOf('logs a', true)).out).toBe('\u001b[31mbad\u001b[0m\n\u001b[0m');
  });
});
