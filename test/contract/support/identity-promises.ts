import { named, OF_OTHERS, SHAPES, WRITES } from './identity-requests.ts';
import { type Could, OF_ANY_ROLE, type Promises, type RoleName } from './promises-of-any-role.ts';

const READS = {
  'name the open namespaces': { requests: ['list the bindings that open spaces'] },
  'read apps with their variables, jobs, tasks and logs': {
    requests: [
      'read an App',
      'list Apps',
      'read a Job',
      'list Jobs',
      'read a task',
      'list tasks',
      'read a TaskRun',
      'list TaskRuns',
      'read the log of a pod',
    ],
  },
  'read a pod whose name it knows': { requests: ['read a pod'] },
} as const satisfies Promises;

const RULE = 'arn:aws:events:us-east-1:000000000000:rule/taskbridge-local-job-0123456789ab-0';
const SOURCE = 'Sources.Arn/sources/team-a/billing/source';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:taskbridge-local-';
const BUS = 'arn:aws:events:us-east-1:000000000000:event-bus/';
const REGISTRY = 'arn:aws:iam::000000000000:role/taskbridge-local-us-east-1-registry';

/** Entries of the table in docs/security.md, by role and column. `any` is of all roles. */
export const PROMISES: Readonly<Record<RoleName | 'any', Could>> = {
  any: OF_ANY_ROLE,
  ReaderRole: {
    could: {
      ...READS,
      'read the log group if there is one': {
        aws: [['logs:FilterLogEvents', 'arn:aws:logs:us-east-1:000000000000:log-group::log-stream:a']],
      },
    },
    couldNot: {
      'change anything': { requests: WRITES, aws: [['events:PutRule', RULE]] },
      'read a Secret': { requests: ['read a Secret by its name'] },
    },
  },
  SourceRole: {
    could: {
      'everything the reader could, except the log group': {
        requests: Object.values(READS).flatMap(({ requests }) => requests),
      },
      'upload sources of every space, and read them': {
        aws: [
          ['s3:PutObject', SOURCE],
          ['s3:GetObject', SOURCE],
          ['s3:ListBucket', 'Sources.Arn'],
        ],
      },
    },
    couldNot: {
      'change or read anything else': {
        requests: [...WRITES, 'read a Secret by its name'],
        aws: [
          ['s3:DeleteObject', SOURCE],
          ['s3:PutObject', 'Sources.Arn/other'],
          ['logs:FilterLogEvents', 'arn:aws:logs:us-east-1:000000000000:log-group::log-stream:a'],
        ],
      },
      'start a build': { requests: ['start a build'], aws: [['sts:AssumeRole', REGISTRY]] },
    },
  },
  RunnerRole: {
    could: {
      'run any command in any image, with a run of the shape of a task: it names an App but need not use its image':
        {
          requests: ['run any command in any image'],
        },
      'so get, through a task, each Secret of the space whose name it knows, the labelled service accounts and the network':
        {
          requests: [
            'run a task with a Secret',
            'run a task as a labelled service account',
            'run a task in a security group',
          ],
        },
      'read an app whose name it knows, jobs, tasks, and a pod whose name it knows': {
        requests: [
          'read an App',
          'read a Job',
          'list Jobs',
          'read a task',
          'list tasks',
          'read a TaskRun',
          'list TaskRuns',
          'read a pod',
        ],
      },
      'read the log of such a pod': { requests: ['read the log of a pod'] },
      'write jobs': {
        requests: ['create a Job', 'change a Job', 'delete a Job', 'write the status of a Job'],
      },
      'cancel tasks': { requests: ['cancel a task'] },
      'create the Secrets of events': { requests: ['create the Secret of an event'] },
      'put events in the dead-letter queue': { aws: [['sqs:SendMessage', 'DeadLetters.Arn']] },
    },
    couldNot: {
      'change an App': {
        requests: ['create an App', 'change an App', 'delete an App', 'write the status of an App'],
      },
      'read a Secret by itself': { requests: ['read a Secret by its name', ...named('list Secrets')] },
      'start a build': { requests: ['start a build', 'create the Secret of a build', 'create bindings'] },
      "run privileged, on the host's network or files": {
        requests: [
          ...named('run privileged', 'of the host', 'more privileges', 'seccomp'),
          'run a second step',
          'run beside a sidecar',
        ],
      },
      'run under another service account, or in another namespace': {
        requests: [
          'run a task as another service account',
          ...named('run a task in a closed', 'in the namespace of'),
        ],
      },
      'choose node, priority, runtime class, GPUs, DNS or annotations of a pod, beyond what the platform gives every task and the annotations of the namespace allow':
        { requests: named('choose the', 'choose annotations', 'tolerate') },
      'keep a run from being deleted': { requests: named('by a finalizer', 'keep the owner') },
      'cancel or change runs of other owners': { requests: [...OF_OTHERS, 'change a task'] },
      'delete a task': { requests: ['delete a task'] },
    },
  },
  SchedulerRole: {
    could: {
      'the same as the runner, but for the dead-letter queue': { as: ['RunnerRole'] },
      'write the rules `SERVICE-STAGE-job-*`, which can invoke `fire-job` and `fire-event`, with an event of any content and for any open space':
        {
          aws: [
            ['events:PutRule', RULE],
            ['events:PutTargets', RULE, `${FUNCTION}fire-event`],
            ['events:ListRules', '*'],
          ],
        },
    },
    couldNot: {
      "pass a role to a rule's target": { aws: [['iam:PassRole', REGISTRY]] },
      'give a rule another target': { aws: [['events:PutTargets', RULE, `${FUNCTION}run-task`]] },
      'write other rules': { aws: [['events:PutRule', RULE.replace('-job-', '-')]] },
    },
  },
  KeeperRole: {
    could: {
      'the same as the runner, but for logs and the dead-letter queue': {
        as: ['RunnerRole'],
        except: ['read the log of a pod'],
      },
      'read **every Secret** of open spaces whose name it knows': { requests: ['read a Secret by its name'] },
      'write the bindings of apps': { requests: ['create bindings', 'change bindings'] },
      'list and write apps': {
        requests: [
          'list Apps',
          'create an App',
          'change an App',
          'delete an App',
          'write the status of an App',
        ],
      },
      'start builds': {
        requests: ['start a build', 'create the Secret of a build', 'delete the Secret of a build'],
      },
      'delete tasks': { requests: ['delete a task'] },
      'read a service account whose name it knows, the namespaces of open spaces, and the parameters of the policies':
        {
          requests: [
            'read a service account',
            'read the annotations of the space',
            'read the parameters of the policies',
          ],
        },
      'list the apps and jobs of closed namespaces': {
        requests: ['list Apps of a closed namespace', 'list Jobs of a closed namespace'],
      },
    },
    couldNot: {
      'read a log': { requests: ['read the log of a pod'] },
      'write a Secret that Taskbridge does not make, such as the token of a service account': {
        requests: named('create a Secret', 'a Secret of others', 'patch a Secret'),
      },
      'change a closed namespace': {
        requests: named('of a closed namespace').filter((name) => !/^list (A|J)/.test(name)),
      },
      'create privileged runs, or any other that the runner could not but builds': { requests: SHAPES },
      'cancel, change or delete runs of other owners': {
        requests: [...OF_OTHERS, ...named('by a finalizer'), 'change a task'],
      },
    },
  },
  PusherRole: {
    could: {
      'the same as the keeper': { as: ['KeeperRole'] },
      'read the sources of every space': {
        aws: [
          ['s3:GetObject', SOURCE],
          ['s3:ListBucket', 'Sources.Arn'],
        ],
      },
      'with `registryAuth=ecr` push any image to the repository of any space, by a session of RegistryRole': {
        aws: [['sts:AssumeRole', REGISTRY]],
      },
    },
    couldNot: { 'upload a source': { aws: [['s3:PutObject', SOURCE]] } },
  },
  ReconcilerRole: {
    could: {
      'the same as PusherRole and, but for logs, SchedulerRole': {
        as: ['PusherRole', 'SchedulerRole'],
        except: ['read the log of a pod'],
        aws: [
          ['s3:GetObject', SOURCE],
          ['sts:AssumeRole', REGISTRY],
          ['events:PutRule', RULE],
          ['events:PutTargets', RULE, `${FUNCTION}fire-job`],
        ],
      },
      "send events of any source on the service's own bus, and so run tasks with `Run Task`": {
        aws: [['events:PutEvents', `${BUS}taskbridge-local`]],
      },
    },
    couldNot: { 'send events on another bus': { aws: [['events:PutEvents', `${BUS}default`]] } },
  },
};
