import { describe, it } from '@jest/globals';
import { replay } from '../support/transcript.ts';
import { onCloud } from './on-cloud.ts';

/** Timeout: a step starts a process or two, and some wait for a task. */
const TRANSCRIPT_MS = 120_000;

onCloud((cloud) => {
  describe('the command line', () => {
    it.each(['jobs', 'triggers', 'import'])(
      'matches the transcript %s',
      async (name) => {
        await replay(name, cloud().run);
      },
      TRANSCRIPT_MS,
    );
  });
});
