import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type CommandLine, commandLine } from '../support/command-line.ts';
import { pastedLines, type Start, start } from './start.ts';

/** Needs kubectl and the AWS CLI (KUBECTL, AWS_CLI, else those on the PATH), but no cluster. */
let folder: string;
let started: Start;
let shell: CommandLine;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'test-printed-'));
  const programs = join(folder, 'programs');
  await mkdir(programs);
  for (const [name, path] of [
    ['kubectl', process.env.KUBECTL],
    ['aws', process.env.AWS_CLI],
  ] as const)
    if (path !== undefined) await symlink(path, join(programs, name));
  await writeFile(join(programs, 'npx'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 });
  started = start(folder, '0');
  await started.ready();
  const run = await commandLine({ XDG_CONFIG_HOME: folder });
  shell = (line) => run(`PATH="${programs}:$PATH"; ${line}`);
});

afterAll(async () => {
  started.child.kill('SIGINT');
  await started.ended;
  await rm(folder, { recursive: true, force: true });
});

it('each line that npm start prints works as it stands, one after the other', async () => {
  const lines = pastedLines(await started.ready());
  const { code, out, err } = await shell(`set -e\n${lines.join('\n')}`);
  expect({ code, err }).toMatchObject({ code: 0 });
  for (const said of [/^Hello from /m, /"ScheduleExpression"/, /job\.taskbridge\.dev\/tick/, /"name":"demo"/])
    expect(out).toMatch(said);
});
