import { mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { portOf } from '../local/http-server.ts';
import { type Start, start } from './local/start.ts';
import { notRun, type Reader, reader, stepsOf } from './support/page.ts';

let someone: Reader;
let cloud: Start;

beforeAll(async () => {
  someone = await reader();
  const config = join(someone.home, '.config');
  cloud = start(config, '0');
  const url = /HTTP API +(\S+),/.exec(await cloud.ready())?.[1] ?? '';
  // The page has the usual port, which may be taken here.
  const usual = join(config, 'taskbridge/local-8080');
  await mkdir(dirname(usual), { recursive: true });
  await symlink(`local-${portOf(url)}`, usual);
});

afterAll(async () => {
  cloud.child.kill('SIGINT');
  await cloud.ended;
  await rm(someone.home, { recursive: true, force: true });
});

it('the blocks of docs/quickstart.md do what they say, one after the other', async () => {
  const steps = await stepsOf('docs/quickstart.md');
  expect(notRun(steps)).toEqual(['internet: npm ci && npm run demo', 'server: npm start']);
  await someone.follow(steps);
});
