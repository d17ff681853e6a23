import { PROMISES } from './identity-promises.ts';
import type { RequestName } from './identity-requests.ts';

/** What holds a sentence: requests that are refused, to all identities or to these, or a test by its title. */
export type HeldSentence =
  | { readonly refused: readonly RequestName[]; readonly to?: readonly ('reader' | 'runner' | 'keeper')[] }
  | { readonly file: string; readonly title: string };

const { any, RunnerRole } = PROMISES;
const requestsOf = (promises: (typeof any)['couldNot'], promise: string): readonly RequestName[] =>
  promises[promise]?.requests ?? [];

/** Sentences of docs/security.md about identities and policies, outside the table of the roles. */
export const SENTENCES: Readonly<Record<string, HeldSentence>> = {
  "a signature and the caller's policy on the path (IAM)": {
    file: 'test/stack/rights.template.ts',
    title: 'has nothing that is public',
  },
  'a function has permissions in a namespace only through its RoleBinding': {
    refused: requestsOf(any.couldNot, 'read or write in a closed namespace, but for the lists of the keeper'),
  },
  'checked at push and, by a policy, at each run': { refused: ['run a task as another service account'] },
  'the functions neither list nor change other runs, and a policy enforces it': {
    refused: requestsOf(RunnerRole.couldNot, 'cancel or change runs of other owners'),
  },
  'a policy keeps the mark of our own runs from others': {
    file: 'test/contract/policies.contract.ts',
    title: 'let nobody else %s',
  },
  'a policy each run to which it does not belong': { refused: ['run a task with the Secret of a build'] },
  'are blocked by [token-secrets-policy.yaml]': {
    file: 'test/contract/policies.cluster.ts',
    title: 'of the example for token Secrets keeps them from tasks',
  },
  'only the keeper reads them': { refused: ['read a Secret by its name'], to: ['reader', 'runner'] },
  '**A new run is an allow-list**': {
    file: 'test/contract/run-policies.contract.ts',
    title: 'refuse a task with %s: %j',
  },
  'A change of a run may cancel, admit or report it.': {
    refused: ['change a task', 'keep a task by a finalizer'],
  },
  'A queued run is checked again for its service account when it is admitted': {
    file: 'test/contract/run-changes.contract.ts',
    title: 'refuse one that has lost its label, until it has it again',
  },
  'push and, by a policy, each run are then held to the list': {
    file: 'test/contract/run-parameters.contract.ts',
    title: 'keep apps to the labels and security groups that they name, of a space or of all',
  },
  '**The policies fail closed**': {
    file: 'test/contract/run-parameters.contract.ts',
    title: 'stop new runs of Taskbridge while they are missing, and nothing else',
  },
  'Only `push-app`, `delete-app`, `reconcile` and `prune` have its roles.': {
    file: 'test/security.test.ts',
    title: 'names the functions of the keeper',
  },
};

/** Beginnings of sentences about identities and policies that promise nothing. */
export const NO_PROMISE = [
  'A test sends requests for each entry of this table',
  'Without the admission policies (Kubernetes 1.28, 1.29)',
  'So protect the keeper above all.',
  'They match the names and groups of the three identities',
] as const;
