import { beforeAll, describe, expect, it } from '@jest/globals';
import { listPath } from '../../support/paths.ts';
import type { Api } from '../support/api.ts';

const LONG_NAME = 'a'.repeat(64);
const apiImage = 'taskbridge.local/busybox:1';

/** A request in words, and how it is refused. */
export type BadRequest = readonly [
  situation: string,
  request: readonly [method: string, path: string, body?: unknown, headers?: Record<string, string>],
  expected: { readonly status: number; readonly field?: string; readonly says: string },
];

const cursorOf = (place: object): string => Buffer.from(JSON.stringify(place)).toString('base64url');
const push = (app: string, spec: unknown) => ['PUT', `/apps/${app}`, spec] as const;
const run = (task: unknown, app = 'idle') => ['POST', `/apps/${app}/tasks`, task] as const;
const pushed = (spec: object) => push('bad', { image: apiImage, ...spec });

const CASES: readonly BadRequest[] = [
  ['a body that is not JSON', run('{"command":'), { status: 400, says: 'not JSON' }],
  ['a body of 1 MB', run({ command: 'a'.repeat(1024 * 1024) }), { status: 413, says: 'at most 262144' }],
  ['a body that is a list', run([]), { status: 422, field: 'body', says: 'not an object' }],
  [
    'an unknown field',
    run({ comand: 'ls' }),
    { status: 422, field: 'comand', says: 'Unknown field; allowed: command' },
  ],
  [
    'a field named constructor',
    run({ constructor: 1 }),
    { status: 422, field: 'constructor', says: 'Unknown field' },
  ],
  ['no image', push('bad', {}), { status: 422, field: 'image', says: 'Missing' }],
  ['an app that is not there', run({ command: 'ls' }, 'nobody'), { status: 404, says: 'App "nobody"' }],
  ['a task that is not there', ['GET', '/tasks/nobody'], { status: 404, says: 'Task "nobody"' }],
  [
    'no command on app and task',
    run({}),
    { status: 422, field: 'command', says: 'Start command not found on App or Task' },
  ],
  [
    'memory 12Q',
    run({ command: 'ls', resources: { memory: '12Q' } }),
    { status: 422, field: 'resources.memory', says: '"12Q"' },
  ],
  [
    'memory 256m',
    run({ command: 'ls', resources: { memory: '256m' } }),
    { status: 422, field: 'resources.memory', says: '256M' },
  ],
  [
    'cpu -1',
    run({ command: 'ls', resources: { cpu: -1 } }),
    { status: 422, field: 'resources.cpu', says: '-1' },
  ],
  [
    'a name with capitals',
    push('Billing', { image: apiImage }),
    { status: 422, field: 'app', says: '"Billing"' },
  ],
  [
    'a name with 64 characters',
    push(LONG_NAME, { image: apiImage }),
    { status: 422, field: 'app', says: '63' },
  ],
  ['a name with a dot', push('a.b', { image: apiImage }), { status: 422, field: 'app', says: '"a.b"' }],
  ['a slash in a name', push('a%2Fb', { image: apiImage }), { status: 404, says: 'write names as they are' }],
  ['a name in another spelling', push('%61b', { image: apiImage }), { status: 404, says: 'as they are' }],
  [
    'a variable named A=B',
    pushed({ env: [{ name: 'A=B', value: '1' }] }),
    { status: 422, field: 'env[0].name', says: '"A=B"' },
  ],
  [
    'two variables of one name',
    pushed({
      env: [
        { name: 'A', value: '1' },
        { name: 'A', value: '2' },
      ],
    }),
    { status: 422, field: 'env', says: '"A" is there twice' },
  ],
  [
    'a NUL character in a value',
    pushed({ env: [{ name: 'A', value: 'a\0b' }] }),
    { status: 422, field: 'env[0].value', says: 'NUL' },
  ],
  [
    'a label with a reserved prefix',
    pushed({ labels: { 'taskbridge.dev/app': 'other' } }),
    { status: 422, field: 'labels.taskbridge.dev/app', says: 'reserved' },
  ],
  [
    'a service account that is not there',
    pushed({ serviceAccountName: 'nobody' }),
    { status: 422, field: 'serviceAccountName', says: 'nobody' },
  ],
  [
    'a binding whose Secret is not there',
    pushed({ services: [{ name: 'orders', secretName: 'nobody' }] }),
    { status: 422, field: 'services[0].secretName', says: 'nobody' },
  ],
  ['an app to delete that is not there', ['DELETE', '/apps/nobody'], { status: 404, says: 'App "nobody"' }],
  [
    'an unknown query parameter',
    ['GET', '/tasks?ap=x'],
    { status: 422, field: 'ap', says: 'Unknown field; allowed: app' },
  ],
  ['a limit of 0', ['GET', '/tasks?limit=0'], { status: 422, field: 'limit', says: '1 to 500' }],
  ['a state that is none', ['GET', '/tasks?state=done'], { status: 422, field: 'state', says: 'succeeded' }],
  [
    'a label condition in an app name',
    ['GET', '/tasks?app=a,b'],
    { status: 422, field: 'app', says: '"a,b"' },
  ],
  ['a foreign cursor', ['GET', '/tasks?cursor=abc'], { status: 410, says: 'without it' }],
  ...[
    ['apps', 'no token', 'abc'],
    ['apps', 'the cursor of a list of tasks', cursorOf({ chunk: 'abc', below: '2026' })],
    ['apps', 'a token of another version', cursorOf({ v: 'meta.k8s.io/v9', rv: 1, start: '/a' })],
    ['tasks', 'the cursor of a list of apps', cursorOf({ v: 'meta.k8s.io/v1', rv: 1, start: '/a' })],
    ['tasks', 'a token that the cluster does not know', cursorOf({ chunk: 'abc' })],
  ].map(
    ([list, what, cursor]): BadRequest => [
      `a cursor of ${list} that is ${what}`,
      ['GET', `/${list}?cursor=${cursor}`],
      { status: 410, says: 'The cursor is not one of this list, or has expired: list again without it.' },
    ],
  ),
  [
    'an Idempotency-Key with a space',
    ['POST', '/apps/idle/tasks', { command: 'ls' }, { 'Idempotency-Key': 'a b' }],
    { status: 422, field: 'Idempotency-Key', says: 'printable' },
  ],
];

/** Invalid input: each response names the field, the value and what is allowed, and nothing is stored. */
export const badInput = (api: () => Api): void => {
  describe('bad input', () => {
    let space: string;

    beforeAll(async () => {
      space = await api().target.openSpace();
      await api().push(space, 'idle');
    });

    it.each(CASES)('%s', (_, request, expected) => refuses(api(), space, request, expected));

    it('leaves nothing behind', async () => {
      const admin = api().target.as('admin');
      const { body: apps } = await admin.get(listPath('apps', space));
      expect(apps.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual([
        'idle',
      ]);
      expect((await admin.get(listPath('pipelineruns', space))).body.items).toEqual([]);
      expect((await admin.get(listPath('secrets', space))).body.items).toEqual([]);
    });
  });
};

/** Asserts that the API rejects a request in a space, with a message of its own. */
export async function refuses(
  api: Api,
  space: string,
  [method, path, body, headers]: BadRequest[1],
  { status, field, says }: BadRequest[2],
): Promise<void> {
  const answer = await api.call(method, `/v1/spaces/${space}${path}`, body, headers);
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.body).toMatchObject({ status, type: expect.stringMatching(/^urn:taskbridge:problem:/) });
  const [error] = answer.body.errors ?? [{ field: undefined, message: answer.body.detail }];
  expect(error.field).toBe(field);
  expect(error.message).toContain(says);
}
