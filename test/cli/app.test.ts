import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CommandLine, commandLine } from '../support/command-line.ts';
import { json, startServer, type TestServer } from '../support/test-server.ts';

const app = { space: 'demo', name: 'odd', createdAt: '2026-11-24T21:00:00Z' };
const problems = [
  { field: 'image', message: 'Missing.' },
  { field: 'labels.taskbridge.dev/app', message: 'Labels of taskbridge.dev are reserved.' },
];

describe('an invalid app, written with kubectl', () => {
  let server: TestServer;
  let run: CommandLine;

  beforeAll(async () => {
    server = await startServer(({ path }, response) =>
      json(response, 200, path.endsWith('/odd') ? { ...app, problems } : { ...app, image: 'busybox:1' }),
    );
    run = await commandLine({ TASKBRIDGE_URL: server.endpoint, TASKBRIDGE_SPACE: 'demo' });
  });

  afterAll(() => server.close());

  it('is shown with its problems', async () => {
    const { code, out } = await run('taskbridge app odd');
    expect(code).toBe(0);
    expect(out).toMatch(/^Image: +invalid$/m);
    expect(out).toMatch(
      /^Problems: +image: Missing\. labels\.taskbridge\.dev\/app: Labels of taskbridge\.dev are/m,
    );
  });

  it('is the only kind with problems', async () => {
    expect((await run('taskbridge app billing')).out).not.toContain('Problems');
  });
});
