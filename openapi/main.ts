import { writeFile } from 'node:fs/promises';
import { documentOf } from './document.ts';
import { ENDPOINTS } from './endpoints.ts';

/** `npm run openapi`: writes the document; a test says when it is older than the schemas. */
const text = JSON.stringify(await documentOf(ENDPOINTS), undefined, 2);
await writeFile(new URL('../docs/openapi.json', import.meta.url), `${text}\n`);
