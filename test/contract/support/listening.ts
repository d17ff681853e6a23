import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { expect } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import type { Api } from './api.ts';
import { type OwnApi, ownApi, type Task } from './own-api.ts';

export const EVENT_MS = 200_000;
export const OWN_SOURCE = 'taskbridge.local';

/** Time of the events, given by their sender. */
export const TIME = '2026-11-24T21:00:00Z';

/** An HTTP API with jobs that listen to events, and who sends them. */
export type Listening = OwnApi & {
  /** Gives a job a trigger; the job. */
  listen(job: string, source: string, bus?: string, pattern?: object): ReturnType<OwnApi['create']>;
  /** Sends an event `Order Placed`; its id. */
  put(source: string, detail: object, more?: object): Promise<string>;
  /** Tasks of a job, once there are `count`. */
  tasksOf(job: string, count: number): Promise<readonly Task[]>;
  /** Log of a task, once it has succeeded. */
  logOf(task: Task | undefined): Promise<string>;
};

export const listening = (outer: () => Api): Listening => {
  const own = ownApi(outer, { command: 'true' });
  const { api, space, eventBridge, call, history } = own;
  return {
    ...own,
    listen: async (job, source, bus = 'default', more = {}) => {
      const pattern = { source: [source], ...more };
      const answer = await call('PUT', `/jobs/${job}/trigger`, { bus, pattern });
      expect(answer).toMatchObject({ status: 200 });
      return answer.body;
    },
    put: async (Source, detail, more = {}) => {
      const entry = {
        Source,
        DetailType: 'Order Placed',
        Detail: JSON.stringify(detail),
        Time: new Date(TIME),
      };
      const { Entries = [] } = await eventBridge().send(
        new PutEventsCommand({ Entries: [{ ...entry, ...more }] }),
      );
      return Entries[0]?.EventId ?? '';
    },
    tasksOf: (job, count) =>
      eventually(
        async () => {
          const tasks = await history(job);
          return tasks.length >= count ? tasks : undefined;
        },
        { withinMs: EVENT_MS, what: `${count} tasks of ${job}` },
      ),
    logOf: async (task) => {
      await api().until(space(), task?.name ?? '', 'succeeded');
      return (await call('GET', `/tasks/${task?.name}/logs`)).body.log;
    },
  };
};
