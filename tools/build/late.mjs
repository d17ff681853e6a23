import { build } from 'esbuild';

/** A bundle that Node takes for a module, wherever the file lies. */
export const MODULE = /** @type {const} */ ({
  bundle: true,
  format: 'esm',
  platform: 'node',
  minify: true,
  // Packages in CommonJS ask for Node's own modules by `require`, which a module does not have.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire('file:///taskbridge');",
  },
});

/**
 * esbuild plugin: packages that few calls need and that take long to compile stand in the bundle as texts, which become
 * modules when they are imported. Only the names that are given here can be; a module that imports one must be loaded by
 * `import()` itself, or the text is compiled at the start all the same.
 *
 * @param {Readonly<Record<string, readonly string[]>>} packages the names that are imported, by package
 * @param {{ readonly target: string, readonly plugins?: readonly import('esbuild').Plugin[] }} made
 * @returns {import('esbuild').Plugin}
 */
export const late = (packages, { target, plugins = [] }) => ({
  name: 'late',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[^.]/ }, ({ path, kind, resolveDir }) =>
      kind !== 'entry-point' && path in packages
        ? { path, namespace: 'late', pluginData: resolveDir }
        : undefined,
    );
    onLoad({ filter: /./, namespace: 'late' }, async ({ path, pluginData }) => {
      const names = packages[path] ?? [];
      const contents = `export { ${names.join(', ')} } from '${path}';`;
      const stdin = { contents, resolveDir: pluginData };
      const { outputFiles } = await build({ ...MODULE, target, plugins: [...plugins], stdin, write: false });
      return {
        contents: `
          const text = ${JSON.stringify(outputFiles[0]?.text ?? '')};
          const found = await import('data:text/javascript;base64,' + Buffer.from(text).toString('base64'));
          ${names.map((name) => `export const ${name} = found.${name};`).join('\n')}`,
      };
    });
  },
});
