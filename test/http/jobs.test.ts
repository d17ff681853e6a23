import { beforeEach, describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { endpoints as createJob } from '../../functions/create-job.ts';
import { endpoints as deleteJobSchedule } from '../../functions/delete-job-schedule.ts';
import { endpoints as read } from '../../functions/read.ts';
import { endpoints as runJob } from '../../functions/run-job.ts';
import { endpoints as scheduleJob } from '../../functions/schedule-job.ts';
import { endpoints as updateJob } from '../../functions/update-job.ts';
import { serve } from '../../lib/http/endpoint.ts';
import { sampleEvent } from '../support/http-event.ts';
import { appOf, jobOf, type MemoryPorts, memoryPorts } from '../support/memory-ports.ts';

const DAILY = { cron: '0 2 * * *', timeZone: 'UTC' };

let ports: MemoryPorts;
beforeEach(() => {
  ports = memoryPorts({
    apps: [appOf('billing', { command: 'bin/default' })],
    jobs: [jobOf('report', { schedule: DAILY }), jobOf('on-demand')],
  });
});

const handler = serve(async () => ports, {
  ...createJob,
  ...deleteJobSchedule,
  ...read,
  ...runJob,
  ...scheduleJob,
  ...updateJob,
});

async function ask(name: string, parts: Partial<APIGatewayProxyEventV2> = {}) {
  const { statusCode, headers, body = '{}' } = await handler(await sampleEvent(name, parts));
  return { status: statusCode, headers, body: JSON.parse(body) };
}

const withBody = (body: unknown) => ({ body: JSON.stringify(body) });
const ofJob = (job: string) => ({ pathParameters: { space: 'team-a', job } });

describe('create-job', () => {
  it('returns the job, its location and its next runs', async () => {
    const { status, headers, body } = await ask('create-job');
    expect([status, headers?.location]).toEqual([201, '/v1/spaces/team-a/jobs/nightly']);
    expect(body).toMatchObject({
      name: 'nightly',
      app: 'billing',
      resources: { memory: '2048Mi' },
      schedule: { cron: '0 2 * * *', timeZone: 'Europe/Berlin', description: 'At 02:00', driver: 'rules' },
      concurrencyPolicy: 'Forbid',
      suspend: false,
    });
    expect(body.schedule.nextRuns).toEqual([
      '2026-11-25T01:00:00Z',
      '2026-11-26T01:00:00Z',
      '2026-11-27T01:00:00Z',
    ]);
  });

  it('takes a name and an app alone: the job runs on request only', async () => {
    const { status, body } = await ask('create-job', withBody({ name: 'plain', app: 'billing' }));
    expect(status).toBe(201);
    expect(body).toMatchObject({ concurrencyPolicy: 'Always', suspend: false });
    expect(body).not.toHaveProperty('schedule');
  });

  it.each([
    ['no name', { app: 'billing' }, 'name', 'Missing.'],
    ['no app', { name: 'a' }, 'app', 'Missing.'],
    ['a name with capitals', { name: 'A', app: 'billing' }, 'name', '"A" is not allowed'],
    ['an app that is not there', { name: 'a', app: 'none' }, 'app', 'push it first'],
    [
      'an unknown field',
      { name: 'a', app: 'billing', cron: '* * * * *' },
      'cron',
      'Unknown field; allowed: name, app',
    ],
    ['an empty command', { name: 'a', app: 'billing', command: ' ' }, 'command', 'It is empty'],
    [
      'a schedule that is a text',
      { name: 'a', app: 'billing', schedule: '* * * * *' },
      'schedule',
      'is not an object',
    ],
    ['a schedule without cron', { name: 'a', app: 'billing', schedule: {} }, 'schedule.cron', 'Missing.'],
    [
      'a zone that is none',
      { name: 'a', app: 'billing', schedule: { cron: '* * * * *', timeZone: 'Mars/Olympus' } },
      'schedule.timeZone',
      '"Mars/Olympus" is no time zone',
    ],
    [
      'a policy that is none',
      { name: 'a', app: 'billing', concurrencyPolicy: 'Never' },
      'concurrencyPolicy',
      '"Never" is not allowed: Always',
    ],
    ['suspend as a text', { name: 'a', app: 'billing', suspend: 'yes' }, 'suspend', 'true or false'],
    [
      'a deadline below zero',
      { name: 'a', app: 'billing', startingDeadlineSeconds: -1 },
      'startingDeadlineSeconds',
      'a whole number from 0',
    ],
  ])('refuses %s, and makes nothing', async (_, body, field, message) => {
    const answer = await ask('create-job', withBody(body));
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ field, message: expect.stringContaining(message) }]);
    expect(ports.jobs.writes).toBe(0);
  });

  it('rejects a name that is taken', async () => {
    const { status } = await ask('create-job', withBody({ name: 'report', app: 'billing' }));
    expect(status).toBe(409);
  });
});

describe('update-job', () => {
  it('returns the job as it is now', async () => {
    const { status, body } = await ask('update-job');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      name: 'report',
      command: 'bin/report --all',
      resources: { memory: '4096Mi' },
      schedule: DAILY,
    });
  });

  it.each([
    ['an empty patch', {}, 'body', 'It changes nothing: give at least one of app, command, resources'],
    ['a patch that is a list', [], 'body', 'is not an object'],
    ['a patch that is null', null, 'body', 'is not an object'],
    ['an app that is not there', { app: 'none' }, 'app', 'push it first'],
    ['no app', { app: null }, 'app', "null is not allowed: a job can't be without an app"],
    ['an empty command', { command: ' ' }, 'command', 'It is empty'],
    ['a command that is a list', { command: ['ls'] }, 'command', '["ls"] is not a text.'],
    ['memory that is none', { resources: { memory: '12Q' } }, 'resources.memory', '"12Q" is not a size'],
    [
      'an unknown resource',
      { resources: { gpu: 1 } },
      'resources.gpu',
      'Unknown field; allowed: cpu, memory',
    ],
    ['a policy that is none', { concurrencyPolicy: 'Never' }, 'concurrencyPolicy', '"Never" is not allowed'],
    ['a deadline as a text', { startingDeadlineSeconds: '1' }, 'startingDeadlineSeconds', 'a whole number'],
    ['an unknown field', { comand: 'ls' }, 'comand', 'Unknown field; allowed: app, command, resources'],
    ['a field of every object', { constructor: 1 }, 'constructor', 'Unknown field; allowed: app'],
    ['another name', { name: 'a' }, 'name', "can't be renamed"],
    ['a schedule', { schedule: { cron: '* * * * *' } }, 'schedule', 'PUT …/schedule (schedule-job)'],
    ['a trigger', { trigger: null }, 'trigger', 'DELETE …/trigger'],
    ['suspend', { suspend: true }, 'suspend', 'PUT …/suspended (suspend-job)'],
  ])('refuses %s, and changes nothing', async (_, body, field, message) => {
    const answer = await ask('update-job', withBody(body));
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ field, message: expect.stringContaining(message) }]);
    expect(ports.jobs.writes).toBe(0);
  });

  it('does not know a job that is not there', async () => {
    expect(await ask('update-job', ofJob('nobody'))).toMatchObject({ status: 404 });
  });

  it('logs one audit line, without values', async () => {
    await ask('update-job');
    const lines = ports.logged.filter(({ message }) => message === 'audit');
    expect(lines).toMatchObject([
      { fields: { verb: 'update-job', space: 'team-a', job: 'report', status: 200 } },
    ]);
    expect(JSON.stringify(lines)).not.toContain('bin/report');
  });
});

describe('schedule-job', () => {
  it('returns the schedule that it replaced', async () => {
    const { status, body } = await ask('schedule-job');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      schedule: { cron: '30 6 * * mon-fri', timeZone: 'Europe/Berlin' },
      startingDeadlineSeconds: 7200,
      replaced: DAILY,
    });
  });

  it('replaces no schedule where there was none, and defaults to UTC', async () => {
    const { body } = await ask('schedule-job', { ...ofJob('on-demand'), ...withBody({ cron: '@daily' }) });
    expect(body.schedule).toMatchObject({ cron: '@daily', timeZone: 'UTC', description: 'At 00:00' });
    expect(body).not.toHaveProperty('replaced');
  });

  it.each([
    ['no cron', {}, 'cron', 'Missing.'],
    ['a cron that is none', { cron: '61 * * * *' }, 'cron', 'minute "61" is out of range'],
    ['a cron and a zone that are none', { cron: 'x', timeZone: 'x' }, 'cron', 'unix cron has five'],
    [
      'a field of a job',
      { cron: '* * * * *', command: 'ls' },
      'command',
      'Unknown field; allowed: cron, at, timeZone',
    ],
  ])('refuses %s, and changes nothing', async (_, body, field, message) => {
    const answer = await ask('schedule-job', withBody(body));
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0]).toMatchObject({ field, message: expect.stringContaining(message) });
    expect(ports.jobs.writes).toBe(0);
  });

  it('suspends all jobs of a space and lists them', async () => {
    expect((await ask('schedule-job-suspend-all')).body).toEqual({ jobs: ['on-demand', 'report'] });
    expect((await ask('schedule-job-suspend-all')).body).toEqual({ jobs: [] });
    expect((await ask('schedule-job-resume')).body).toMatchObject({ suspend: false });
    expect((await ask('schedule-job-resume-all')).body).toEqual({ jobs: ['on-demand'] });
  });
});

describe('run-job', () => {
  it('returns the task as run-task does', async () => {
    const { status, headers, body } = await ask('run-job');
    expect([status, headers?.location]).toEqual([201, `/v1/spaces/team-a/tasks/${body.name}`]);
    expect(body).toMatchObject({
      ...{ job: 'report', app: 'billing', command: 'bin/report' },
      overrides: { env: ['DRY_RUN'], args: 2, timeout: '1200s' },
    });
    expect(await ask('run-job')).toMatchObject({ status: 200, body: { name: body.name } });
  });
});

describe('delete-job-schedule', () => {
  it('succeeds once', async () => {
    const answers = [await ask('delete-job-schedule'), await ask('delete-job-schedule')];
    expect(answers.map(({ status }) => status)).toEqual([204, 404]);
  });
});

describe('jobs', () => {
  it.each([
    ['all', {}, ['on-demand', 'report']],
    ['those with a schedule', { scheduled: 'true' }, ['report']],
    ['those of an app', { app: 'other' }, []],
  ])('lists %s', async (_, queryStringParameters, names) => {
    const { body } = await ask('read-jobs', { queryStringParameters });
    expect(body.items.map(({ name }: { name: string }) => name)).toEqual(names);
  });

  it.each([
    ['scheduled=yes', { scheduled: 'yes' }, 'scheduled', 'true or false'],
    [
      'an unknown parameter',
      { schedule: 'true' },
      'schedule',
      'Unknown field; allowed: scheduled, triggered, failing, app',
    ],
  ])('refuses %s', async (_, queryStringParameters, field, message) => {
    const { status, body } = await ask('read-jobs', { queryStringParameters });
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ field, message: expect.stringContaining(message) }]);
  });

  it('have their newest tasks where the request has `outcomes`', async () => {
    const started = await ask('run-job');
    const { body } = await ask('read-jobs', { queryStringParameters: { outcomes: '30' } });
    const { name, createdAt } = started.body;
    expect(body.items).toMatchObject([
      { name: 'on-demand', outcomes: [] },
      { name: 'report', outcomes: [{ name, state: 'pending', createdAt }] },
    ]);
    const refused = await ask('read-jobs', { queryStringParameters: { outcomes: '101' } });
    expect(refused.body.errors).toMatchObject([{ field: 'outcomes' }]);
  });

  it('have a history each', async () => {
    await ask('run-job');
    const all = await ask('read-job-history', { queryStringParameters: {} });
    expect(all.body.items).toMatchObject([{ job: 'report' }]);
    expect((await ask('read-job-history', ofJob('nobody'))).status).toBe(404);
  });
});
