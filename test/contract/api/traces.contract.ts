import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Api } from '../support/api.ts';

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const OTHER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
const TRACESTATE = 'congo=$(date) $$,rojo=00f067aa0ba902b7';
const NEW = /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/;

/** Trace context of a request, as its task has it. */
export const traces = (api: () => Api): void => {
  describe('a trace', () => {
    let space: string;
    const run = (path: string, headers: Record<string, string> = {}, body: object = {}) =>
      api().call('POST', `/v1/spaces/${space}${path}`, body, headers);
    const printed = async (task: string): Promise<string> => {
      await api().until(space, task, 'succeeded', 'failed');
      return (await api().call('GET', `/v1/spaces/${space}/tasks/${task}/logs`)).body.log;
    };

    beforeAll(async () => {
      space = await api().target.openSpace();
      const command = 'echo "$TRACEPARENT|$TRACESTATE"';
      await api().push(space, 'billing', { command });
      await api().push(space, 'own', { command, env: [{ name: 'TRACEPARENT', value: 'mine' }] });
      await api().call('POST', `/v1/spaces/${space}/jobs`, { name: 'report', app: 'billing' });
    });

    it.each([['/apps/billing/tasks'], ['/jobs/report/run']])(
      'of a request to %s reaches its task, byte for byte',
      async (path) => {
        const started = await run(path, { traceparent: TRACEPARENT, tracestate: TRACESTATE });
        const trace = { traceparent: TRACEPARENT, tracestate: TRACESTATE };
        expect(started).toMatchObject({ status: 201, body: trace });
        expect(await printed(started.body.name)).toBe(`${TRACEPARENT}|${TRACESTATE}\n`);
        const shown = await api().call('GET', `/v1/spaces/${space}/tasks/${started.body.name}`);
        expect(shown.body).toMatchObject(trace);
      },
    );

    it.each([
      ['without one', {}],
      ['with one that is malformed', { traceparent: TRACEPARENT.toUpperCase(), tracestate: TRACESTATE }],
      ['with a tracestate alone', { tracestate: TRACESTATE }],
    ])('is a new one for a request %s', async (_, headers) => {
      const started = await run('/apps/billing/tasks', headers);
      expect([started.status, started.body.traceparent]).toEqual([201, expect.stringMatching(NEW)]);
      expect(started.body).not.toHaveProperty('tracestate');
      expect(await printed(started.body.name)).toBe(`${started.body.traceparent}|\n`);
    });

    it('of the first request stays that of its task when the request is repeated with another', async () => {
      const ask = (traceparent?: string) =>
        run('/apps/billing/tasks', {
          'Idempotency-Key': 'traced',
          ...(traceparent === undefined ? {} : { traceparent }),
        });
      const [first, ...again] = [await ask(TRACEPARENT), await ask(OTHER), await ask()];
      expect(first.status).toBe(201);
      for (const { status, body } of again) {
        expect([status, body.name, body.traceparent]).toEqual([200, first.body.name, TRACEPARENT]);
      }
    });

    it('of an app, or of one run, that names one in its variables is that one alone', async () => {
      const headers = { traceparent: TRACEPARENT, tracestate: TRACESTATE };
      const ofApp = await run('/apps/own/tasks', headers);
      const ofRun = await run('/apps/billing/tasks', headers, {
        env: [{ name: 'TRACESTATE', value: 'a=1' }],
      });
      for (const { body } of [ofApp, ofRun]) expect(body).not.toHaveProperty('traceparent');
      expect(await printed(ofApp.body.name)).toBe('mine|\n');
      expect(await printed(ofRun.body.name)).toBe('|a=1\n');
    });
  });
};
