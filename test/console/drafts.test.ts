import { describe, expect, it } from '@jest/globals';
import type { Job } from '../../cli/api/responses.ts';
import {
  bodyOf,
  draftOf,
  jobDraftOf,
  jobPatchOf,
  NEW_APP,
  NO_SCHEDULE,
  policyBody,
  scheduleBody,
} from '../../console/drafts.ts';
import { argsOf, envOf, envText, nonBlank, resourcesOf } from '../../console/form-values.ts';

describe('a typed app', () => {
  it('is the same app where nothing was changed', () => {
    const answer = {
      space: 'team-a',
      name: 'billing',
      createdAt: '2026-11-24T21:00:00Z',
      image: 'registry.example/billing:1',
      entrypoint: ['/cnb/lifecycle/launcher'],
      command: 'bin/migrate',
      env: [
        { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } },
        { name: 'LINES', value: 'one\ntwo' },
        { name: 'A', value: 'b=c' },
      ],
      services: [{ name: 'orders', secretName: 'orders' }],
      resources: { cpu: '500m', memory: '1024Mi', gpu: 1 },
      placement: { nodeSelector: { pool: 'batch' } },
      taskTimeout: '3600s',
      maxRunning: 10,
      warnings: [{ field: 'env', message: 'A shell drops a.b.' }],
    };
    const { space, name, createdAt, warnings, ...spec } = answer;
    expect(bodyOf(draftOf(answer))).toEqual(spec);
  });

  it('leaves out empty fields, and sends an invalid number as is', () => {
    expect(bodyOf({ ...NEW_APP, image: ' a:1 ' })).toEqual({ image: 'a:1' });
    expect(bodyOf({ ...NEW_APP, image: 'a', maxRunning: 'ten' })).toEqual({ image: 'a', maxRunning: 'ten' });
    expect(bodyOf({ ...NEW_APP, image: 'a', maxRunning: ' 7 ' })).toEqual({ image: 'a', maxRunning: 7 });
  });

  it('has one variable per line', () => {
    const env = envOf('A=b=c\n\n  # a comment\nB=\r\n C = with blanks \nNAME');
    expect(env).toEqual([
      { name: 'A', value: 'b=c' },
      { name: 'B', value: '' },
      { name: 'C', value: ' with blanks ' },
      { name: 'NAME', value: '' },
    ]);
    expect(envOf(envText(env))).toEqual(env);
  });

  it('has one argument per line, as it is', () => {
    expect(argsOf(' \n')).toEqual({});
    expect(argsOf('--dry-run\r\n two words\n\n')).toEqual({ args: ['--dry-run', ' two words', ''] });
  });

  it('leaves blank texts out', () => {
    expect(nonBlank({ command: ' ', name: 'a' })).toEqual({ name: 'a' });
    expect(resourcesOf({ memory: ' 1G ', disk: '' })).toEqual({ resources: { memory: '1G' } });
    expect(resourcesOf({})).toEqual({});
  });
});

describe('a changed job', () => {
  const job = {
    ...{
      name: 'report',
      createdAt: '2026-11-24T21:00:00Z',
      conditions: [],
      app: 'billing',
      command: 'bin/a',
    },
    ...{ resources: { memory: '1024Mi', cpu: '500m' }, concurrencyPolicy: 'Forbid' },
    startingDeadlineSeconds: 60,
  };
  const before = jobDraftOf(job);

  it('has no patch where nothing was changed', () => {
    expect(jobPatchOf(before, before)).toEqual({});
    const blanks = {
      ...before,
      startingDeadlineSeconds: ' 60 ',
      resources: { ...before.resources, disk: ' ' },
    };
    expect(jobPatchOf(before, blanks)).toEqual({});
  });

  it('has a patch of what was changed, where blank removes', () => {
    expect(
      jobPatchOf(before, { ...before, app: 'stock', command: ' ', startingDeadlineSeconds: '' }),
    ).toEqual({
      ...{ app: 'stock', command: null, startingDeadlineSeconds: null },
    });
    const resources = { memory: ' 2G ', cpu: '', disk: '1G' };
    expect(jobPatchOf(before, { ...before, resources, concurrencyPolicy: 'Always' })).toEqual({
      resources: { memory: '2G', cpu: null, disk: '1G' },
      concurrencyPolicy: 'Always',
    });
    expect(jobPatchOf(before, { ...before, timeout: ' 20m ' })).toEqual({ timeout: '20m' });
    expect(jobPatchOf(before, { ...before, expectWithin: ' 26h ' })).toEqual({ expectWithin: '26h' });
    const expecting = jobDraftOf({ ...job, expectWithin: '26h' });
    expect(jobPatchOf(expecting, { ...expecting, expectWithin: ' ' })).toEqual({ expectWithin: null });
    expect(jobPatchOf(before, { ...before, startingDeadlineSeconds: 'soon' })).toEqual({
      startingDeadlineSeconds: 'soon',
    });
  });
});

describe('the variables of a job', () => {
  const fromSecret = { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } };
  const of = (env: NonNullable<Job['env']>) =>
    jobDraftOf({ name: 'report', createdAt: '', conditions: [], env });

  it('are a whole list in a patch, with those that the form can’t show', () => {
    const before = of([fromSecret, { name: 'A', value: '1' }]);
    expect(jobPatchOf(before, { ...before, env: 'A=2\nB=' })).toEqual({
      env: [fromSecret, { name: 'A', value: '2' }, { name: 'B', value: '' }],
    });
    expect(jobPatchOf(before, { ...before, env: '' })).toEqual({ env: [fromSecret] });
  });

  it('are removed with the last of them', () => {
    const before = of([{ name: 'A', value: '1' }]);
    expect(jobPatchOf(before, { ...before, env: ' ' })).toEqual({ env: null });
  });
});

describe('a typed schedule', () => {
  it('is in UTC without a zone', () => {
    const draft = { ...NO_SCHEDULE, cron: ' @daily ', timeZone: '' };
    expect(scheduleBody(draft)).toEqual({ cron: '@daily', timeZone: 'UTC' });
    expect(policyBody(draft)).toEqual({ concurrencyPolicy: 'Always' });
    expect(policyBody({ ...draft, startingDeadlineSeconds: '60' })).toMatchObject({
      startingDeadlineSeconds: 60,
    });
    expect(policyBody({ ...draft, startingDeadlineSeconds: 'soon' })).toMatchObject({
      startingDeadlineSeconds: 'soon',
    });
  });
});
