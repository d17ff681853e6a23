import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { listPath, objectPath } from '../support/paths.ts';
import { pipelineRun } from '../support/pipeline-run.ts';
import { runsOf } from '../support/runs.ts';
import type { Target } from './support/target.ts';

const LINE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{1,9})Z (.*)$/;

/** Logs of pods that wait, run and have ended. */
export const logs = (target: () => Target) =>
  describe('logs', () => {
    let space = '';
    let pod = '';
    const runs = () => runsOf(target().as('reader'), space);
    const log = (query: Readonly<Record<string, string | number | boolean>>) => runs().log(pod, query);

    beforeAll(async () => {
      space = await target().openSpace();
      const { image } = target();
      const orders = [
        // The lines are whole seconds apart, so that sinceTime can part them.
        { name: 'lines', script: 'echo one; sleep 2; echo 둘 >&2; sleep 2; printf three' },
        // The second part of the long line comes some seconds after the first.
        {
          name: 'long',
          script: "echo before; printf '%020000d' 1; sleep 3; printf '%020000d\\n' 2; echo after",
        },
        { name: 'running', script: 'echo here; exec sleep 600' },
        {
          name: 'waiting',
          mounts: { '/bindings/late': 'late' },
          env: [{ name: 'SERVICE_BINDING_ROOT', value: '/bindings' }],
          script: 'cat "$SERVICE_BINDING_ROOT/late/key"',
        },
      ];
      for (const order of orders) {
        await target()
          .as('admin')
          .create(listPath('pipelineruns', space), pipelineRun({ image, ...order }));
      }
      pod = (await runs().endedTaskRun('lines')).status.podName ?? '';
    });

    it('hold both streams, in order, without a line added', async () => {
      const { status, contentType, text } = await log({});
      expect({ status, contentType, text }).toEqual({
        status: 200,
        contentType: 'text/plain',
        text: 'one\n둘\nthree',
      });
    });

    it.each([
      ['the newest line', { tailLines: 1 }, 'three'],
      ['the newest two', { tailLines: 2 }, '둘\nthree'],
      ['more lines than there are', { tailLines: 100 }, 'one\n둘\nthree'],
      ['no line', { tailLines: 0 }, ''],
      ['the first bytes', { limitBytes: 4 }, 'one\n'],
      ['the first bytes of the newest lines', { tailLines: 2, limitBytes: 4 }, '둘\n'],
    ])('%s', async (_, query, text) => {
      expect((await log(query)).text).toBe(text);
    });

    it('have a time before each line', async () => {
      const { text } = await log({ timestamps: true });
      expect(text.split('\n').map((line) => LINE.exec(line)?.[3])).toEqual(['one', '둘', 'three']);
    });

    it('since a time go back to its whole second', async () => {
      const { text } = await log({ timestamps: true });
      const second = LINE.exec(text.split('\n')[1] ?? '')?.[1];
      expect((await log({ sinceTime: `${second}Z` })).text).toBe('둘\nthree');
      expect((await log({ sinceTime: `${second}.999999999Z` })).text).toBe('둘\nthree');
      expect((await log({ sinceTime: `${second}Z`, tailLines: 1 })).text).toBe('three');
    });

    it('since a time that is yet to come are empty', async () => {
      expect((await log({ sinceTime: '2999-01-01T00:00:00Z' })).text).toBe('');
    });

    it('have one time for a long line, which the container runtime splits', async () => {
      const long = (await runs().endedTaskRun('long')).status.podName ?? '';
      const read = async (query: Readonly<Record<string, string>>) => {
        const { text } = await runs().log(long, { timestamps: true, ...query });
        return text.replace(/0{1000,}/g, '0…').split('\n');
      };
      const lines = (await read({})).map((line) => LINE.exec(line)?.slice(1) ?? []);
      expect(lines.map(([, , line]) => line)).toEqual(['before', '0…10…2', 'after', undefined]);
      // From a second between its parts on, the line is what was written since, with the time of that.
      const rest = (await read({ sinceTime: `${lines[2]?.[0]}Z` })).map(
        (line) => LINE.exec(line)?.slice(1) ?? [],
      );
      expect(rest.map(([, , line]) => line)).toEqual(['0…10…2', 'after', undefined]);
      expect(rest[0]?.[0]).toBe(lines[2]?.[0]);
    });

    it.each([
      ['a negative number of lines', { tailLines: -1 }, 422, 'tailLines'],
      ['no bytes', { limitBytes: 0 }, 422, 'limitBytes'],
      ['a time that is none', { sinceTime: 'yesterday' }, 400, 'yesterday'],
      ['another container', { container: 'sidecar' }, 400, 'container sidecar is not valid for pod'],
    ])('of %s are refused', async (_, query, status, message) => {
      expect(await log(query)).toMatchObject({ status, body: { message: expect.stringContaining(message) } });
    });

    it('of a pod that is not there are 404', async () => {
      expect(await runs().log('nobody')).toMatchObject({
        status: 404,
        body: { reason: 'NotFound', message: 'pods "nobody" not found' },
      });
    });

    it('of a running pod are what it has written so far', async () => {
      const running = await runs().started('running');
      await eventually(async () => ((await runs().log(running)).text === 'here\n' ? true : undefined), {
        what: 'the first line',
      });
      expect((await runs().log(running, { tailLines: 1 })).text).toBe('here\n');
    });

    it('of a pod that waits for its Secret are refused, until the Secret is there', async () => {
      const waiting = await eventually(async () => (await runs().taskRun('waiting')).status?.podName, {
        what: 'the waiting pod',
      });
      // Before the scheduler gave the pod a node there is an empty log, and no error.
      const { status, body } = await eventually(
        async () => {
          const answer = await runs().log(waiting);
          return answer.status === 200 ? undefined : answer;
        },
        { what: 'the refusal' },
      );
      expect({ status, message: body.message }).toEqual({
        status: 400,
        message: expect.stringMatching(
          /^container "step-main" in pod ".+" is waiting to start: PodInitializing$/,
        ),
      });
      expect(
        (
          await target()
            .as('reader')
            .get(objectPath('pods', space, waiting))
        ).body.status,
      ).toMatchObject({
        phase: 'Pending',
      });

      await target()
        .as('admin')
        .create(listPath('secrets', space), {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'late' },
          stringData: { key: 'worth waiting for' },
        });
      expect(await runs().output('waiting')).toBe('worth waiting for');
    });
  });
