/**
 * esbuild plugin: bundles of the AWS SDK what its clients do with credentials that they are given. Without the chain that
 * would look for some (profiles, sign-on, instance metadata), and from the modules that the SDK marks as `module`, since
 * those in CommonJS come whole. `npm run bench -- --only load` shows the sizes.
 *
 * @type {import('esbuild').Plugin}
 */
export const slimAwsSdk = {
  name: 'slim-aws-sdk',
  setup({ initialOptions, onResolve, onLoad }) {
    initialOptions.mainFields = ['module', 'main'];
    onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({
      path: 'credential-provider-node',
      namespace: 'no-chain',
    }));
    onLoad({ filter: /.*/, namespace: 'no-chain' }, () => ({
      contents: `export const defaultProvider = () => {
        throw new Error('A client of AWS is made without credentials.');
      };`,
    }));
  },
};
