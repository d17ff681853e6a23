import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { createFakeClock } from '../../../local/fake-clock.ts';
import { newTestClient } from '../../support/eventbridge.ts';
import { eventually } from '../../support/eventually.ts';
import { type Api, startApi } from './api.ts';

export const MINUTE_MS = 60_000;

/**
 * Start of the clock, in ms behind the machine's. The suite moves it ahead, never up to now: on a shared cluster no
 * run looks older than it is, so the reconcile ends none of them.
 */
const BEHIND_MS = 5 * 60 * MINUTE_MS;

/** The pod of a task that is cancelled may take the whole of its grace to stop. */
const GONE_MS = 200_000;

export type Task = {
  readonly name: string;
  readonly state: string;
  readonly scheduledTime?: string;
  readonly reason?: string;
};

/** An HTTP API whose time a suite moves, and a space of it. */
export type OwnApi = {
  api(): Api;
  space(): string;
  eventBridge(): EventBridgeClient;
  /** Calls a path of the space. */
  call(method: string, path: string, body?: object): ReturnType<Api['call']>;
  /** Creates a job of the app `billing`, if `spec` names no other. */
  create(name: string, spec?: object): Promise<Awaited<ReturnType<Api['call']>>['body']>;
  history(job: string): Promise<readonly Task[]>;
  /** Resolves when the object of a path in the cluster is no longer there. */
  gone(path: string): Promise<true>;
  /** Moves the clock ahead by `minutes`, and runs that minute. */
  later(minutes?: number): Promise<void>;
};

/** Starts it before the suite that asks for it, over the target of `outer`, with an app `billing`, and stops it after. */
export const ownApi = (outer: () => Api, billing: object): OwnApi => {
  let running: Api | undefined;
  let eventBridge: EventBridgeClient | undefined;
  let space = '';
  const started = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('The HTTP API did not start; see the first failure.');
    return value;
  };
  const api = (): Api => started(running);
  const call: OwnApi['call'] = (method, path, body) => api().call(method, `/v1/spaces/${space}${path}`, body);

  beforeAll(async () => {
    const clock = createFakeClock();
    clock.moveTo(new Date(Date.now() - BEHIND_MS));
    running = await startApi(outer().target, { clock });
    eventBridge = newTestClient(running.eventBridge, running.key);
    space = await running.target.openSpace();
    await running.push(space, 'billing', billing);
  });

  afterAll(async () => {
    eventBridge?.destroy();
    await running?.stop();
  });

  return {
    api,
    space: () => space,
    eventBridge: () => started(eventBridge),
    call,
    create: async (name, spec = {}) => {
      const { status, body } = await call('POST', '/jobs', { name, app: 'billing', ...spec });
      expect({ status, body }).toMatchObject({ status: 201 });
      return body;
    },
    history: async (job) => (await call('GET', `/jobs/${job}/tasks`)).body.items,
    gone: (path) =>
      eventually(async () => ((await api().target.as('admin').get(path)).status === 404 ? true : undefined), {
        withinMs: GONE_MS,
        what: `the end of ${path}`,
      }),
    later: (minutes = 1) => api().minute(new Date(api().now().getTime() + minutes * MINUTE_MS)),
  };
};
