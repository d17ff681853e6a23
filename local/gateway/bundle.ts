import { join } from 'node:path';
import { build } from 'esbuild';
import plugins from '../../tools/build/esbuild-plugins.mjs';
import type { Deployment } from '../cloudformation/serverless.ts';

/** Bundles each function as `serverless package` does, and the worker that runs it, into `directory`. */
export async function bundleFunctions(
  root: string,
  { functions, bundling }: Deployment,
  directory: string,
): Promise<void> {
  await build({
    entryPoints: {
      ...Object.fromEntries(functions.map(({ name, source }) => [name, join(root, `${source}.ts`)])),
      worker: join(root, 'local/gateway/worker.ts'),
    },
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    plugins,
    ...bundling,
  });
}
