import { transformSync } from 'esbuild';

/** @type {import('@jest/transform').SyncTransformer} */
export default {
  process: (source, path) =>
    transformSync(source, {
      loader: 'ts',
      format: 'esm',
      target: 'node20',
      sourcefile: path,
      sourcemap: 'inline',
    }),
};
