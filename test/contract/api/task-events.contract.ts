import { expect, it } from '@jest/globals';
import { type Listening, OWN_SOURCE } from '../support/listening.ts';

/** Events that the reconcile sends: tasks have ended. */
export const taskEvents = ({
  api,
  space,
  call,
  create,
  history,
  later,
  listen,
  tasksOf,
  logOf,
}: Listening): void => {
  it('report the end of job A, after which job B runs', async () => {
    await create('first', { command: 'exit 3' });
    await create('second', { command: 'cat "$TASKBRIDGE_EVENT_FILE"' });
    await listen('second', OWN_SOURCE, 'service', {
      'detail-type': ['Task Failed', 'Task Succeeded'],
      detail: { space: [space()], job: ['first'] },
    });
    const { body: first } = await call('POST', '/jobs/first/run', {});
    await api().until(space(), first.name, 'failed');
    await later();
    const [task] = await tasksOf('second', 1);
    const event = JSON.parse(await logOf(task));
    expect(event).toMatchObject({
      source: OWN_SOURCE,
      'detail-type': 'Task Failed',
      detail: {
        space: space(),
        job: 'first',
        app: 'billing',
        name: first.name,
        state: 'failed',
        exitCode: 3,
        depth: 0,
      },
    });
    await later();
    await later();
    expect(await history('second')).toHaveLength(1);
  });
};
