import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Page } from './page.ts';

const DOCUMENT = new URL('../../docs/openapi.json', import.meta.url);

/** Content security policy of the page: it may load nothing from other hosts. */
const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

const HTML = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Taskbridge: HTTP API</title>
    <link rel="stylesheet" href="docs/swagger-ui.css">
  </head>
  <body>
    <div id="page"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;

/** Swagger UI sends the document to a validator of its makers unless `validatorUrl` is null. */
const START = `SwaggerUIBundle({ url: 'openapi.json', dom_id: '#page', deepLinking: true, validatorUrl: null });
`;

const asset = (name: string): Promise<Buffer> =>
  readFile(join(dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json')), name));

const PAGES: Readonly<Record<string, readonly [type: string, read: () => Promise<string | Buffer>]>> = {
  '/openapi.json': ['application/json', () => readFile(DOCUMENT)],
  '/docs': ['text/html', async () => HTML],
  '/docs/start.js': ['text/javascript', async () => START],
  '/docs/swagger-ui.css': ['text/css', () => asset('swagger-ui.css')],
  '/docs/swagger-ui-bundle.js': ['text/javascript', () => asset('swagger-ui-bundle.js')],
};

/** OpenAPI document at /openapi.json and Swagger UI at /docs; `undefined` for any other path. */
export async function docsPage(path: string): Promise<Page | undefined> {
  const [type, read] = PAGES[path] ?? [];
  if (type === undefined || read === undefined) return undefined;
  return {
    headers: { 'content-type': `${type}; charset=utf-8`, 'content-security-policy': POLICY },
    body: await read(),
  };
}
