import { chmod } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * What few commands need and what takes long to compile: three quarters of the file. It stands there as texts, which
 * become modules when they are imported. Only the names that are given here can be.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const LATE = {
  '@aws-sdk/credential-provider-node': ['defaultProvider'],
  yaml: ['stringify', 'parseDocument'],
};

/** @type {import('esbuild').BuildOptions} */
const SHARED = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minify: true,
  // Packages in CommonJS ask for Node's own modules by `require`, which a module does not have.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire('file:///taskbridge');",
  },
};

/**
 * @param {string} name
 * @param {string} folder
 */
async function textOf(name, folder) {
  const contents = `export { ${LATE[name]?.join(', ')} } from '${name}';`;
  const { outputFiles } = await build({ ...SHARED, stdin: { contents, resolveDir: folder }, write: false });
  return outputFiles[0]?.text ?? '';
}

/** @type {import('esbuild').Plugin} */
const late = {
  name: 'late',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /./ }, ({ path, kind, resolveDir }) =>
      kind === 'dynamic-import' && path in LATE
        ? { path, namespace: 'late', pluginData: resolveDir }
        : undefined,
    );
    onLoad({ filter: /./, namespace: 'late' }, async ({ path, pluginData }) => ({
      contents: `
        const text = ${JSON.stringify(await textOf(path, pluginData))};
        const found = await import('data:text/javascript;base64,' + Buffer.from(text).toString('base64'));
        ${LATE[path]?.map((name) => `export const ${name} = found.${name};`).join('\n')}`,
    }));
  },
};

/**
 * Makes the command line one file that needs Node alone, wherever it is copied to.
 *
 * @param {string} outfile
 */
export async function bundleCli(outfile) {
  const entry = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
  await build({ ...SHARED, entryPoints: [entry], outfile, plugins: [late] });
  await chmod(outfile, 0o755);
}
