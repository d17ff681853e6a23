import { describe, it } from '@jest/globals';
import { replay } from '../support/transcript.ts';
import { onCloud } from './on-cloud.ts';

onCloud((cloud) => {
  describe('the command line', () => {
    it('matches the transcript tasks', () => replay('tasks', cloud().run));
  });
});
