/** Node's codes for an answer that the network owes us. */
const NETWORK = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'ENOTFOUND',
  'EAI_AGAIN',
];

/**
 * Node's own code, such as ECONNREFUSED, of an error that says that the network gave no answer; `undefined` for all
 * others, whose cause lies here or in the deployment.
 */
export const networkCode = (error: object): string | undefined => {
  const code = 'code' in error ? error.code : undefined;
  return NETWORK.find((known) => known === code);
};
