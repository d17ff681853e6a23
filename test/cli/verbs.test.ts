import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { VERBS } from '../../cli/verbs.ts';
import { commandLine } from '../support/command-line.ts';
import { replay } from '../support/transcript.ts';
import { onCloud } from './on-cloud.ts';

const FOLDER = new URL('transcripts/', import.meta.url);

async function transcripts(): Promise<string> {
  const names = await readdir(FOLDER);
  return (await Promise.all(names.map((name) => readFile(new URL(name, FOLDER), 'utf8')))).join('');
}

onCloud((cloud) => {
  describe('the command line', () => {
    it.each(['apps', 'overrides', 'backfill', 'triggers', 'import', 'later', 'apply'])(
      'matches the transcript %s',
      async (name) => {
        await replay(name, cloud().run);
      },
    );
  });
});

describe('the command line without a server', () => {
  it.each(['help'])('matches the transcript %s', async (name) => {
    await replay(name, await commandLine({}));
  });

  it.each(VERBS.map(({ name }) => name))('has %s in a transcript', async (name) => {
    expect(await transcripts()).toMatch(new RegExp(`^\\$.*\\btaskbridge ${name}\\b`, 'm'));
  });
});
