import { mkdir, rm, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { bundleConsole } from './console.mjs';

const folder = new URL('../../dist/console/', import.meta.url);

const files = await bundleConsole();
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
for (const { name, body } of files) await writeFile(new URL(name, folder), body);

const bytes = files.reduce((sum, { body }) => sum + gzipSync(body).length, 0);
console.log(
  `dist/console: ${files.map(({ name }) => name).join(', ')}; ${(bytes / 1024).toFixed(1)} KB gzipped.`,
);
