import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** By its place, since the tests resolve the package's name to what this makes of it. */
const dist = fileURLToPath(new URL('../../node_modules/@kubernetes/client-node/dist/', import.meta.url));

/**
 * Exports of @kubernetes/client-node that the functions use. Its index loads every model and transport: 1.0 MB and 65 ms
 * more than this (measured by `npm run bench`). A name that is missing here fails the build, not the function.
 */
const USED = `
  export { createConfiguration } from './gen/configuration.js';
  export { ApiException } from './gen/apis/exception.js';
  export { HttpMethod, RequestContext, ResponseContext, wrapHttpLibrary } from './gen/http/http.js';
  export { Observable } from './gen/rxjsStub.js';
  export { setHeaderOptions } from './middleware.js';
  export { PatchStrategy } from './patch.js';
  export { ObjectCustomObjectsApi as CustomObjectsApi } from './gen/types/ObjectParamAPI.js';
`;

/**
 * Drops the imports of all models and the tables that map names to them: only the typed APIs read those.
 *
 * @param {string} serializer
 */
const withoutModels = (serializer) =>
  serializer
    .replace(/^(?:import|export \*) .*$/gm, '')
    .replace(/let enumsMap = new Set\([\s\S]*?\);/, 'let enumsMap = new Set();')
    .replace(/let typeMap = \{[\s\S]*?\n\};/, 'let typeMap = {};');

/**
 * esbuild plugin: bundles only the used part of @kubernetes/client-node, without the models of its typed APIs and
 * without node-fetch, in whose place `lib/platform/kubernetes/transport.ts` sends the requests.
 *
 * @type {import('esbuild').Plugin}
 */
export const slimClientNode = {
  name: 'slim-client-node',
  setup(build) {
    build.onResolve({ filter: /^@kubernetes\/client-node$/ }, () => ({
      path: 'client-node',
      namespace: 'slim',
    }));
    build.onLoad({ filter: /.*/, namespace: 'slim' }, () => ({ contents: USED, resolveDir: dist }));

    build.onLoad({ filter: /client-node\/dist\/gen\/models\/ObjectSerializer\.js$/ }, async ({ path }) => ({
      contents: withoutModels(await readFile(path, 'utf8')),
    }));

    build.onResolve({ filter: /^node-fetch$/ }, () => ({ path: 'node-fetch', namespace: 'unused' }));
    build.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'export default undefined;' }));
  },
};
