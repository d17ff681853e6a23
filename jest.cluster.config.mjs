import { shared } from './jest.config.mjs';

/** `npm run test:cluster`: the same contract suites, and what only a real kubelet shows, on the cluster of KUBECONFIG. */
export default { ...shared, testMatch: ['<rootDir>/test/**/*.cluster.ts'], testTimeout: 300_000 };
