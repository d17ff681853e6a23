import { writeFile } from 'node:fs/promises';
import { sampleFiles } from './samples.ts';

/** `npm run samples`: writes the sample events; a test fails when they are stale. */
for (const [file, text] of sampleFiles())
  await writeFile(new URL(`../../events/${file}`, import.meta.url), text);
