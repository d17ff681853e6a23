import { describe, it } from '@jest/globals';
import { commandLine } from '../support/command-line.ts';
import { replay } from '../support/transcript.ts';
import { onCloud } from './on-cloud.ts';

/** A step is a process or two, and some wait for a task. */
const TRANSCRIPT_MS = 120_000;

onCloud((cloud) => {
  describe('the command line', () => {
    it.each(['apps', 'manifest', 'tasks', 'jobs', 'triggers', 'import', 'sources'])(
      'does and says what the transcript %s has',
      async (name) => {
        await replay(name, cloud().run);
      },
      TRANSCRIPT_MS,
    );
  });
});

describe('the command line without a server', () => {
  it(
    'does and says what the transcript target has',
    async () => {
      await replay('target', await commandLine({}));
    },
    TRANSCRIPT_MS,
  );
});
