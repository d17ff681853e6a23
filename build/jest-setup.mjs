import { build } from 'esbuild';
import { slimClientNode } from './client-node.mjs';

/** The tests load the same part of @kubernetes/client-node as the functions: its index takes a second a test file. */
export default () =>
  build({
    entryPoints: ['@kubernetes/client-node'],
    outfile: '.build/client-node.mjs',
    bundle: true,
    format: 'esm',
    platform: 'node',
    plugins: [slimClientNode],
  });
