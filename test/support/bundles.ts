import { fileURLToPath } from 'node:url';

/** Folder of the functions' bundles, which jest makes before the first test. */
export const BUNDLES = fileURLToPath(new URL('../../.build/functions', import.meta.url));
