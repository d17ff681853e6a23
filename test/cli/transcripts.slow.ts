import { describe, it } from '@jest/globals';
import { replay } from '../support/transcript.ts';
import { onCloud } from './on-cloud.ts';

onCloud((cloud) => {
  describe('the command line', () => {
    it.each(['tasks', 'jobs', 'manifest', 'target'])('matches the transcript %s', async (name) => {
      await replay(name, cloud().run);
    });
  });
});
