import { mkdir, writeFile } from 'node:fs/promises';
import { componentSchemas, documentOf } from './document.ts';
import { ENDPOINTS } from './endpoints.ts';
import { eventDocuments } from './events.ts';
import { manifestSchema } from './manifest.ts';

/** `npm run openapi`: writes the documents; a test says when they are older than the schemas. */
const docs = new URL('../../docs/', import.meta.url);
const write = (file: string, document: unknown) =>
  writeFile(new URL(file, docs), `${JSON.stringify(document, undefined, 2)}\n`);

await write('openapi.json', await documentOf(ENDPOINTS));
await write('manifest.schema.json', manifestSchema());
await mkdir(new URL('events/', docs), { recursive: true });
for (const [name, schema] of Object.entries(eventDocuments(componentSchemas())))
  await write(`events/${name}.json`, schema);
