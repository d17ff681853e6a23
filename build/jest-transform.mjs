import { transformSync } from 'esbuild';

export default {
  /**
   * @param {string} source
   * @param {string} path
   */
  process: (source, path) =>
    transformSync(source, {
      loader: 'ts',
      format: 'esm',
      target: 'node20.19',
      sourcefile: path,
      sourcemap: 'inline',
    }),
};
