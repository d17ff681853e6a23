import { describe, expect, it } from '@jest/globals';
import { handlerOver as fireJobOver } from '../../functions/fire-job.ts';
import { handlerOver as pruneOver } from '../../functions/prune.ts';
import { handlerOver as reconcileOver } from '../../functions/reconcile.ts';
import { endpoints } from '../../functions/run-task.ts';
import { serve } from '../../lib/http/endpoint.ts';
import { embeddedMetrics } from '../../lib/platform/metrics.ts';
import { runTaskEvent } from '../support/http-event.ts';
import { appOf, jobOf, memoryPorts, SPACE } from '../support/memory-ports.ts';

const NOW = new Date('2026-11-24T21:00:00Z');
const context = { getRemainingTimeInMillis: () => 29_000 };

describe('the metrics of an invocation', () => {
  it('are fields in the format that CloudWatch makes metrics of', () => {
    const metrics = embeddedMetrics('taskbridge-dev', () => NOW);
    metrics.add('TasksStarted', 1);
    metrics.add('TasksStarted', 1);
    metrics.add('SecondsToStart', 3);
    metrics.add('SecondsToStart', 21);
    metrics.add('RulesUsed', 42);
    expect(metrics.take('schedule')).toEqual({
      _aws: {
        Timestamp: NOW.getTime(),
        CloudWatchMetrics: [
          {
            Namespace: 'Taskbridge',
            Dimensions: [['Stack'], ['Stack', 'Source']],
            Metrics: [
              { Name: 'TasksStarted', Unit: 'Count' },
              { Name: 'SecondsToStart', Unit: 'Seconds' },
            ],
          },
          {
            Namespace: 'Taskbridge',
            Dimensions: [['Stack']],
            Metrics: [{ Name: 'RulesUsed', Unit: 'Count' }],
          },
        ],
      },
      Stack: 'taskbridge-dev',
      Source: 'schedule',
      TasksStarted: 2,
      SecondsToStart: [21, 3],
      RulesUsed: 42,
    });
  });

  it('are none where nothing was counted, and are taken once', () => {
    const metrics = embeddedMetrics('taskbridge-dev', () => NOW);
    expect(metrics.take('user')).toEqual({});
    metrics.add('TasksStarted', 1);
    expect(metrics.take('user')).toMatchObject({ TasksStarted: 1 });
    expect(metrics.take('user')).toEqual({});
  });

  it('have no more values than CloudWatch takes, the largest', () => {
    const metrics = embeddedMetrics('taskbridge-dev', () => NOW);
    for (let second = 0; second < 150; second += 1) metrics.add('SecondsToStart', second);
    const { SecondsToStart } = metrics.take('catch-up');
    expect(SecondsToStart).toEqual(Array.from({ length: 100 }, (_, index) => 149 - index));
  });
});

const scheduled = (status: object = {}) =>
  jobOf(
    'report',
    { schedule: { cron: '0 * * * *', timeZone: 'UTC' }, startingDeadlineSeconds: 600 },
    {
      schedule: {
        cron: '0 * * * *',
        timeZone: 'UTC',
        since: new Date('2026-11-24T20:30:00Z'),
        expressionsHash: '',
        driver: 'rules',
      },
      ...status,
    },
  );

/** The fields of the one line of an invocation's log that has counts. */
function countsIn({ logged }: ReturnType<typeof memoryPorts>) {
  const lines = logged.map(({ fields }) => JSON.parse(JSON.stringify(fields))).filter(({ _aws }) => _aws);
  expect(lines).toHaveLength(1);
  return lines[0];
}

describe('a function counts', () => {
  it('the task that a user requested', async () => {
    const ports = memoryPorts({ apps: [appOf('billing')] });
    await serve(async () => ports, endpoints)(await runTaskEvent());
    expect(countsIn(ports)).toMatchObject({ Source: 'user', TasksStarted: 1 });
  });

  it('the task that a rule fired for, and how late it was', async () => {
    const ports = memoryPorts({ apps: [appOf('billing')], jobs: [scheduled()] });
    ports.setClock(new Date('2026-11-24T21:00:07Z'));
    const fire = { space: SPACE, job: 'report', time: '2026-11-24T21:00:00Z' };
    await fireJobOver(async () => ports)(fire, context);
    expect(countsIn(ports)).toMatchObject({ Source: 'schedule', TasksStarted: 1, SecondsToStart: [7] });
  });

  it('a run that is missed once, however often it is seen', async () => {
    const ports = memoryPorts({ apps: [appOf('billing')], jobs: [scheduled()] });
    ports.setClock(new Date('2026-11-24T21:30:00Z'));
    const fire = { space: SPACE, job: 'report', time: '2026-11-24T21:00:00Z' };
    await fireJobOver(async () => ports)(fire, context);
    await fireJobOver(async () => ports)(fire, context);
    expect(countsIn(ports)).toMatchObject({ Source: 'schedule', TasksMissed: 1 });
  });

  it('what the reconcile sees', async () => {
    const ports = memoryPorts({ apps: [appOf('billing')], jobs: [scheduled()] });
    await reconcileOver(async () => ports)({}, context);
    expect(countsIn(ports)).toMatchObject({
      Source: 'catch-up',
      JobsOverdue: 0,
      RulesUsed: expect.any(Number),
      ReconcileCompleted: 1,
    });
  });

  it('a prune that completed, and none that was cut off', async () => {
    const ports = memoryPorts({ apps: [appOf('billing')] });
    await pruneOver(async () => ports)({}, { getRemainingTimeInMillis: () => 0 });
    await pruneOver(async () => ports)({}, context);
    expect(ports.logged.map(({ fields }) => fields)).toMatchObject([
      { outcome: { deferred: 1 } },
      { outcome: {}, PruneCompleted: 1 },
    ]);
    expect(countsIn(ports)).not.toHaveProperty('Source');
  });
});
