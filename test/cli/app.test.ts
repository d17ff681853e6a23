import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CommandLine, commandLine } from '../support/command-line.ts';
import { json, startServer, type TestServer } from '../support/test-server.ts';

const app = { space: 'demo', name: 'odd', createdAt: '2026-11-24T21:00:00Z' };
const problems = [
  { field: 'image', message: 'Missing.' },
  { field: 'labels.taskbridge.dev/app', message: 'Labels of taskbridge.dev are reserved.' },
];

const PLACED = {
  image: 'busybox:1',
  resources: { gpu: 2 },
  placement: {
    nodeSelector: { pool: 'batch', zone: 'a' },
    tolerations: [
      { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' },
      { key: 'spot', operator: 'Exists', effect: 'NoExecute' },
    ],
    runtimeClassName: 'gvisor',
  },
};

describe('an invalid app, written with kubectl', () => {
  let server: TestServer;
  let run: CommandLine;

  beforeAll(async () => {
    server = await startServer(({ path }, response) =>
      json(response, 200, path.endsWith('/odd') ? { ...app, problems } : { ...app, ...PLACED }),
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

  it('is not one with a placement, which is shown', async () => {
    const { out } = await run('taskbridge app billing');
    expect(out).toMatch(/^GPU: +2$/m);
    expect(out).toMatch(/^NodeSelector: +pool=batch, zone=a$/m);
    expect(out).toMatch(/^Tolerations: +dedicated=gpu:NoSchedule, spot:NoExecute$/m);
    expect(out).toMatch(/^RuntimeClass: +gvisor$/m);
    expect(out).not.toContain('PriorityClass');
  });
});
