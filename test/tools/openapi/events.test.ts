import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as v from 'valibot';
import { jobEvent, runMissed, taskEnded } from '../../../lib/events/outbound-events.ts';
import { componentSchemas } from '../../../tools/openapi/document.ts';
import { EVENTS, eventDocuments } from '../../../tools/openapi/events.ts';
import { mistakesIn } from '../../support/openapi.ts';

const root = new URL('../../../', import.meta.url);
const read = async (path: string): Promise<unknown> =>
  JSON.parse(await readFile(new URL(path, root), 'utf8'));

const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { 'date-time': true } });

const TASK = {
  ...{ name: 'report-29926260', id: '29926260', app: 'billing', job: 'report', displayName: 'Report' },
  ...{ command: 'bin/report', reason: 'OOMKilled', message: 'x'.repeat(2000), exitCode: 137 },
  ...{
    createdAt: '2026-11-24T21:00:01Z',
    startedAt: '2026-11-24T21:00:04Z',
    finishedAt: '2026-11-24T21:00:09Z',
  },
  ...{ requestedBy: 'schedule', scheduledTime: '2026-11-24T21:00:00Z', backfill: true as const },
  unverified: true as const,
  ...{ traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', tracestate: 'congo=1' },
} as const;
const OF = { space: 'team-a', uid: 'uid-1', depth: 1 };

/** As EventBridge delivers what the reconcile sends. */
const delivered = (told: ReturnType<typeof taskEnded>): unknown =>
  JSON.parse(
    JSON.stringify({
      ...{
        version: '0',
        id: '1',
        source: 'taskbridge.prod',
        account: '111122223333',
        region: 'eu-central-1',
      },
      ...{ resources: [], time: told?.time, 'detail-type': told?.detailType, detail: told?.detail },
    }),
  );

const Detailed = v.object({ properties: v.object({ detail: v.object({ properties: v.looseObject({}) }) }) });

describe('the schemas of events', () => {
  it('are those of the sources; else run "npm run openapi"', async () => {
    const documents = eventDocuments(componentSchemas());
    expect((await readdir(new URL('docs/events/', root))).toSorted()).toEqual(
      Object.keys(documents)
        .map((name) => `${name}.json`)
        .toSorted(),
    );
    for (const [name, schema] of Object.entries(documents)) {
      expect(await read(`docs/events/${name}.json`)).toEqual(schema);
    }
  });

  it.each(['succeeded', 'failed', 'cancelled', 'timedOut'] as const)(
    'take the end of a task that %s',
    async (state) => {
      const validate = ajv.compile(Object(await read('docs/events/TaskEndedEvent.json')));
      for (const task of [TASK, { ...TASK, job: undefined, reason: undefined, exitCode: undefined }]) {
        const event = delivered(taskEnded({ ...task, state }, OF));
        expect([validate(event), validate.errors]).toEqual([true, null]);
        expect(mistakesIn(EVENTS.TaskEndedEvent ?? {}, event)).toEqual([]);
      }
    },
  );

  it('take missed runs', async () => {
    const validate = ajv.compile(Object(await read('docs/events/RunMissedEvent.json')));
    const job = { space: 'team-a', name: 'report', uid: 'uid-1', app: 'billing' };
    const newest = new Date('2026-11-24T21:00:00Z');
    for (const reason of ['TooLate', 'NameTaken', 'Superseded'] as const)
      for (const oldest of [newest, new Date('2026-11-24T20:00:00Z')]) {
        const event = delivered(runMissed(job, { oldest, newest, reason }));
        expect([validate(event), validate.errors]).toEqual([true, null]);
      }
  });

  it('take the health of a job', async () => {
    const validate = ajv.compile(Object(await read('docs/events/JobHealthEvent.json')));
    const job = { space: 'team-a', name: 'report', uid: 'uid-1', app: 'billing' };
    const time = new Date('2026-11-24T21:00:00Z');
    for (const one of [
      { type: 'Failing', time, task: 'report-1', reason: 'OOMKilled', depth: 0 },
      { type: 'Recovered', time, task: 'report-2', since: time, failures: 3, depth: 1 },
      { type: 'Silent', time, depth: 0 },
    ] as const) {
      const event = delivered(jobEvent(job, one));
      expect([validate(event), validate.errors]).toEqual([true, null]);
      expect(mistakesIn(EVENTS.JobHealthEvent ?? {}, event)).toEqual([]);
    }
  });

  it('take the sample event "Run Task", and no other field in its detail', async () => {
    const validate = ajv.compile(Object(await read('docs/events/RunTaskEvent.json')));
    const sample = Object(await read('events/run-task-on-event.json'));
    expect([validate(sample), validate.errors]).toEqual([true, null]);
    expect(validate({ ...sample, detail: { ...sample.detail, cmd: 'x' } })).toBe(false);
    expect(validate({ ...sample, 'detail-type': 'Order Placed' })).toBe(false);
  });

  it('tell every field that is sent, and none that is kept back', () => {
    const told = (name: string) =>
      Object.keys(v.parse(Detailed, EVENTS[name]).properties.detail.properties).toSorted();
    expect(told('TaskEndedEvent')).toEqual(
      Object.keys(taskEnded({ ...TASK, state: 'failed' }, OF)?.detail ?? {}).toSorted(),
    );
    expect(told('TaskEndedEvent')).not.toContain('command');
  });
});
