import { beforeAll, describe, expect, it } from '@jest/globals';
import { listPath } from '../../support/paths.ts';
import type { Api } from '../support/api.ts';
import { type BadRequest, refuses } from './bad-input.contract.ts';

const schedule = (cron: unknown, timeZone?: string) =>
  ['PUT', '/jobs/idle/schedule', { cron, timeZone }] as const;
const update = (patch: unknown, job = 'idle') => ['PATCH', `/jobs/${job}`, patch] as const;
const create = (job: object) => ['POST', '/jobs', { name: 'bad', app: 'idle', ...job }] as const;

/** Invalid crons, with the suggested fix. */
const CRONS: readonly (readonly [cron: string, says: string])[] = [
  ['61 * * * *', 'minute "61" is out of range: 0-59 are allowed'],
  ['* * * *', 'has 4 fields; unix cron has five'],
  ['0 0 2 * * *', 'write "0 2 * * *"'],
  ['@reboot', 'Write five fields or @hourly'],
  ['@every 5m', 'write the minutes themselves, as "*/5 * * * *"'],
  ['0 0 30 2 *', 'never fires'],
  ['0 0 * * fri-mon', 'write "fri,sat,sun,mon"'],
  ['0 22-2 * * *', 'write "22-23,0-2"'],
  ['0 0 L * *', '"L" (the last) is not supported. Write 1-31'],
  ['0 0 15W * *', '"W" (the nearest weekday) is not supported. Write 1-31'],
  ['0 0 * * 5#2', '"#" (the nth weekday) is not supported. Write 0-7'],
  ['H(30-10) * * * *', 'minute "H(30-10)" is an empty range: write the smaller value first'],
  ['0 0 H(1-31) * *', 'write at most 28'],
  ['*/0 * * * *', 'write a step of 1 or more'],
  ['', 'It is empty: write five fields'],
  ['* '.repeat(1000), '2000 characters; at most 512'],
];

const CASES: readonly BadRequest[] = [
  ['a cron that is a number', schedule(5), { status: 422, field: 'cron', says: '5 is not a text' }],
  [
    'a zone that is none',
    schedule('* * * * *', 'Mars/Olympus'),
    { status: 422, field: 'timeZone', says: 'write an IANA name such as UTC or Europe/Berlin' },
  ],
  [
    'a zone of a new job',
    create({ schedule: { cron: '* * * * *', timeZone: 'Mars/Olympus' } }),
    { status: 422, field: 'schedule.timeZone', says: '"Mars/Olympus" is no time zone' },
  ],
  [
    'an app that is not there',
    create({ app: 'nobody', schedule: { cron: '* * * * *' } }),
    { status: 422, field: 'app', says: 'App "nobody" is not in space' },
  ],
  ['a name that is taken', create({ name: 'idle' }), { status: 409, says: 'Job "idle"' }],
  ['a name with capitals', create({ name: 'Bad' }), { status: 422, field: 'name', says: '"Bad"' }],
  ['a name with 64 characters', create({ name: 'a'.repeat(64) }), { status: 422, field: 'name', says: '63' }],
  [
    'a policy that is none',
    create({ concurrencyPolicy: 'Never' }),
    { status: 422, field: 'concurrencyPolicy', says: 'Forbid' },
  ],
  [
    'an unknown field',
    create({ comand: 'ls' }),
    { status: 422, field: 'comand', says: 'Unknown field; allowed: name, app, command' },
  ],
  ['an empty change', update({}), { status: 422, field: 'body', says: 'give at least one of app, command' }],
  ['a change that is a list', update([]), { status: 422, field: 'body', says: '[] is not an object' }],
  [
    'a change of an unknown field',
    update({ comand: 'ls' }),
    { status: 422, field: 'comand', says: 'Unknown field; allowed: app, command' },
  ],
  [
    'a change of the schedule',
    update({ schedule: { cron: '@daily' } }),
    { status: 422, field: 'schedule', says: 'PUT …/schedule' },
  ],
  [
    'a change to an app that is not there',
    update({ app: 'nobody', command: 'ls' }),
    { status: 422, field: 'app', says: 'App "nobody" is not in space' },
  ],
  ['a change to no app', update({ app: null }), { status: 422, field: 'app', says: 'null is not allowed' }],
  [
    'a change to memory 12Q',
    update({ command: 'ls', resources: { memory: '12Q' } }),
    { status: 422, field: 'resources.memory', says: '"12Q"' },
  ],
  ['a change that is not JSON', update('{"command":'), { status: 400, says: 'not JSON' }],
  [
    'a job to change that is not there',
    update({ command: 'ls' }, 'nobody'),
    { status: 404, says: 'Job "nobody"' },
  ],
  [
    'a job to schedule that is not there',
    ['PUT', '/jobs/nobody/schedule', { cron: '* * * * *' }],
    { status: 404, says: 'Job "nobody"' },
  ],
  ['a job to run that is not there', ['POST', '/jobs/nobody/run', {}], { status: 404, says: 'Job "nobody"' }],
  [
    'a job to suspend that is not there',
    ['PUT', '/jobs/nobody/suspended'],
    { status: 404, says: 'Job "nobody"' },
  ],
  ['a job to delete that is not there', ['DELETE', '/jobs/nobody'], { status: 404, says: 'Job "nobody"' }],
  ['the history of no job', ['GET', '/jobs/nobody/tasks'], { status: 404, says: 'Job "nobody"' }],
  [
    'a schedule to delete of a job that has none',
    ['DELETE', '/jobs/idle/schedule'],
    { status: 404, says: 'no schedule' },
  ],
  [
    'a run with memory 12Q',
    ['POST', '/jobs/idle/run', { resources: { memory: '12Q' } }],
    { status: 422, field: 'resources.memory', says: '"12Q"' },
  ],
  [
    'scheduled=yes',
    ['GET', '/jobs?scheduled=yes'],
    { status: 422, field: 'scheduled', says: 'true or false' },
  ],
];

/** Bad input of jobs: each is a problem that says what to write instead, and leaves nothing behind. */
export const badJobs = (api: () => Api): void => {
  describe('bad input of jobs', () => {
    let space: string;

    beforeAll(async () => {
      space = await api().target.openSpace();
      await api().push(space, 'idle', { command: 'true' });
      const idle = await api().call('POST', `/v1/spaces/${space}/jobs`, { name: 'idle', app: 'idle' });
      expect(idle.status).toBe(201);
    });

    it.each(CRONS.map(([cron, says]) => [cron.slice(0, 20), cron, says]))(
      'the cron "%s"',
      async (_, cron, says) => {
        await refuses(api(), space, schedule(cron), { status: 422, field: 'cron', says });
        await refuses(api(), space, create({ schedule: { cron } }), {
          status: 422,
          field: 'schedule.cron',
          says,
        });
      },
    );

    it.each(CASES)('%s', (_, request, expected) => refuses(api(), space, request, expected));

    it('leaves nothing behind', async () => {
      const admin = api().target.as('admin');
      const { body } = await admin.get(listPath('jobs', space));
      expect(body.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual([
        'idle',
      ]);
      expect(body.items[0]?.spec).toEqual({ app: 'idle', concurrencyPolicy: 'Always', suspend: false });
      expect((await admin.get(listPath('pipelineruns', space))).body.items).toEqual([]);
      expect([...api().rules(space, 'idle'), ...api().rules(space, 'bad')]).toEqual([]);
    });
  });
};
