import { transform } from 'esbuild';

export default {
  /**
   * Asynchronous, since `transformSync` starts a process a file.
   *
   * @param {string} source
   * @param {string} path
   */
  processAsync: (source, path) =>
    transform(source, {
      loader: 'ts',
      format: 'esm',
      target: 'node20.19',
      sourcefile: path,
      sourcemap: 'inline',
    }),
};
