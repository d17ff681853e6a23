import { writeFile } from 'node:fs/promises';
import { draw } from './draw.ts';
import { readParts } from './parts.ts';

/** `npm run picture`: draws docs/architecture.svg; a test fails when it is stale. */
await writeFile(new URL('../../docs/architecture.svg', import.meta.url), draw(await readParts()));
