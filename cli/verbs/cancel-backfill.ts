import { CancelledBackfill } from '../api/responses.ts';
import type { Verb } from '../verb.ts';

export const cancelBackfill: Verb = {
  name: 'cancel-backfill',
  group: 'Jobs',
  summary: 'cancel the backfills of a job',
  more: 'Tasks that run are terminated. Those that have not started are deleted, and may be backfilled again.',
  args: [{ name: '<job>', description: 'name of the job' }],
  flags: [],
  examples: [['cancel-backfill report', 'all of its backfills']],
  run: async ({ client, screen }, given) => {
    const job = given.argument(0);
    const send = async () =>
      (await client.request(CancelledBackfill, { method: 'DELETE', path: ['jobs', job, 'backfill'] })).value;
    let total = 0;
    for (let left = true; left; ) {
      const { cancelled, remaining } = await send();
      total += cancelled;
      left = cancelled > 0 && remaining > 0;
    }
    if (total === 0) screen.note(`Job ${job} has no backfill to cancel.`);
    else screen.line(`Backfill of job ${job} is cancelled. Tasks: ${total}.`);
    return undefined;
  },
};
