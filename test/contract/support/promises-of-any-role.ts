import { named, type RequestName, SHAPES } from './identity-requests.ts';

/** Roles of the stack with an identity in the cluster. */
export type RoleName =
  | 'ReaderRole'
  | 'SourceRole'
  | 'RunnerRole'
  | 'SchedulerRole'
  | 'KeeperRole'
  | 'PusherRole'
  | 'ReconcilerRole';

/** What holds a promise: requests to the cluster, actions on AWS, and all that other roles could. */
export type Held = {
  readonly requests?: readonly RequestName[];
  /** Action, the ARN of a resource as `rolesOf` resolves it, where IDENTITY is that of the role, and of a rule's target. */
  readonly aws?: readonly (readonly [action: string, resource: string, target?: string])[];
  readonly as?: readonly RoleName[];
  /** Requests of those roles that are not meant. */
  readonly except?: readonly RequestName[];
};

export type Promises = Readonly<Record<string, Held>>;

/** Entries of the two columns of a role. */
export type Could = { readonly could: Promises; readonly couldNot: Promises };

/** What every role could, and could not. */
export const OF_ANY_ROLE: Could = {
  could: {
    "write lines in the functions' logs": {
      aws: [['logs:PutLogEvents', 'FunctionLogs.Arn']],
    },
    'send traces to X-Ray': { aws: [['xray:PutTraceSegments', '*']] },
    'with `clusterAuth=token-secret` read the token of its identity': {
      aws: [
        [
          'secretsmanager:GetSecretValue',
          'arn:aws:secretsmanager:us-east-1:000000000000:secret:taskbridge/local/IDENTITY-abcdef',
        ],
      ],
    },
  },
  couldNot: {
    'read or write in a closed namespace, but for the lists of the keeper': {
      requests: named('of a closed namespace', 'in a closed namespace', 'in the namespace of').filter(
        (name) => !/^list (Apps|Jobs)/.test(name),
      ),
    },
    'act as another user': { requests: named('act as') },
    'change roles, policies, webhooks, custom resource definitions, namespaces or nodes': {
      requests: [
        ...named(
          'role of',
          'make a role',
          'bind a role',
          'a policy',
          'change the parameters',
          'webhook',
          'definition',
        ),
        ...named('a namespace', 'list namespaces', 'node', 'certificate').filter(
          (name) => !SHAPES.includes(name),
        ),
      ],
    },
    'run a command in a pod, forward its ports, delete or evict it': {
      requests: [
        'run a command in a pod',
        'attach to a pod',
        'add a container to a pod',
        'forward the ports of a pod',
        'delete a pod',
        'evict a pod',
      ],
    },
    'make a pod, a TaskRun or an object of another product': {
      requests: ['make a pod', 'make a TaskRun', 'make a Pipeline', 'make a Deployment'],
    },
    'get the token of a service account': {
      requests: [
        'ask for the token of a service account',
        'create a Secret with the token of a service account',
        'label a service account',
      ],
    },
    'write the status of a run': { requests: ['write the status of a run'] },
    'list pods or Secrets': {
      requests: ['list pods', 'list Secrets', 'list Secrets of the cluster', 'watch Secrets'],
    },
    'read a ConfigMap': { requests: ['read a ConfigMap'] },
    'delete a collection': { requests: named('delete all') },
  },
};
