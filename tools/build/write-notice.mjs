import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { noticeOf } from './notice.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

await writeFile(new URL('../../NOTICE', import.meta.url), await noticeOf(root));
