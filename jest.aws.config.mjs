import { shared } from './jest.config.mjs';

/**
 * `npm run test:aws`: the packaged stack and the ports to AWS on the cloud of AWS_ENDPOINT_URL, with the cluster of
 * KUBECONFIG. A deployment takes minutes on a busy machine.
 */
export default { ...shared, testMatch: ['<rootDir>/test/**/*.aws.ts'], testTimeout: 600_000 };
