import { describe, it } from '@jest/globals';
import { commandLine } from '../support/command-line.ts';
import { replay } from '../support/transcript.ts';
import { onCloud } from './on-cloud.ts';

/** Timeout: a step starts a process or two, and some wait for a task. */
const TRANSCRIPT_MS = 120_000;

onCloud((cloud) => {
  describe('the command line', () => {
    it.each(['apps', 'manifest', 'tasks'])(
      'matches the transcript %s',
      async (name) => {
        await replay(name, cloud().run);
      },
      TRANSCRIPT_MS,
    );
  });
});

describe('the command line without a server', () => {
  it(
    'matches the transcript target',
    async () => {
      await replay('target', await commandLine({}));
    },
    TRANSCRIPT_MS,
  );
});
