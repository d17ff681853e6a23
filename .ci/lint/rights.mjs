import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { ACCOUNT, REGION } from '../../local/account.ts';
import { resolve } from '../../local/iam/intrinsics.ts';
import { rolesOf } from '../../local/iam/template.ts';

/**
 * Compares what iam-simulate says that each function of a released template may do with the table below: calls that its code
 * makes, and calls that no code makes. Arguments: the template, the folder with @cloud-copilot/iam-simulate.
 */
const [, , file = '', folder = ''] = process.argv;
const { runSimulation } = createRequire(`${folder}/`)('@cloud-copilot/iam-simulate');

const template = JSON.parse(await readFile(file, 'utf8'));
const functions = Object.values(template.Resources)
  .filter(({ Type }) => Type === 'AWS::Lambda::Function')
  .map(({ Properties }) => ({
    name: resolve(Properties.FunctionName, { pseudo: {}, conditions: {} }),
    role: Properties.Role['Fn::GetAtt'][0],
  }));
const prefix = functions.find(({ name }) => name.endsWith('-reconcile')).name.replace(/reconcile$/, '');
const stage = prefix.slice(0, -1);
const short = ({ name }) => name.slice(prefix.length);

/** Names of what the template makes, in place of its logical ids. */
const ARNS = {
  'Sources.Arn': 'arn:aws:s3:::sources',
  'DeadLetters.Arn': `arn:aws:sqs:${REGION}:${ACCOUNT}:dead-letters`,
  'FunctionLogs.Arn': `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:functions:*`,
};
const roles = rolesOf(template);
const statementsOf = (role) =>
  Object.entries(ARNS).reduce((text, [id, arn]) => text.replaceAll(id, arn), JSON.stringify(roles.get(role)));

const arn = (service, rest) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
const ALL = functions.map(short);
const SCHEDULERS = [
  ...['create-job', 'schedule-job', 'delete-job-schedule', 'create-trigger', 'delete-trigger', 'delete-job'],
  'reconcile',
];
const READERS_OF_SOURCES = ['upload-source', 'push-app', 'reconcile'];
/** Their failed invocations go to the queue; they share their role with those that start tasks on request. */
const ASYNCHRONOUS = [
  'fire-job',
  'fire-event',
  'run-task-on-event',
  'run-task',
  'run-job',
  'backfill',
  'terminate-task',
  'update-job',
];

const READ_RULES = ['events:DescribeRule', 'events:ListTargetsByRule', 'events:ListTagsForResource'];
const REMOVE_RULES = ['events:DisableRule', 'events:DeleteRule', 'events:RemoveTargets'];
const MAKE_RULES = ['events:PutRule', 'events:PutTargets', 'events:EnableRule', 'events:TagResource'];
const ofRules = [`rule/${stage}-job-0123`, `rule/${stage}/${stage}-job-0123-s`].map((name) =>
  arn('events', name),
);

const toTarget = (name) => ({ 'events:TargetArn': [arn('lambda', `function:${prefix}${name}`)] });

/** Actions on a resource, with the functions that may; and of PutTargets the target. */
const WANTED = [
  [['logs:CreateLogStream', 'logs:PutLogEvents'], [arn('logs', 'log-group:functions:log-stream:a')], ALL],
  [['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], ['*'], ALL],
  [['logs:PutLogEvents'], [arn('logs', 'log-group:/aws/lambda/other:log-stream:a')], []],
  [[...READ_RULES, ...REMOVE_RULES], ofRules, [...SCHEDULERS, 'cleanup']],
  [MAKE_RULES, ofRules, SCHEDULERS, toTarget('fire-job')],
  [['events:PutTargets'], ofRules, SCHEDULERS, toTarget('fire-event')],
  [['events:PutTargets'], ofRules, [], toTarget('cleanup')],
  [['events:PutTargets'], ofRules, []],
  [[...READ_RULES, ...REMOVE_RULES, ...MAKE_RULES], [arn('events', 'rule/other-job-0123')], []],
  [['events:ListRules'], ['*'], [...SCHEDULERS, 'cleanup']],
  [['events:PutEvents'], [arn('events', `event-bus/${stage}`)], ['reconcile']],
  [['events:PutEvents'], [arn('events', 'event-bus/default')], []],
  [['s3:PutObject'], ['arn:aws:s3:::sources/sources/a'], ['upload-source']],
  [['s3:GetObject'], ['arn:aws:s3:::sources/sources/a'], READERS_OF_SOURCES],
  [['s3:ListBucket'], ['arn:aws:s3:::sources'], READERS_OF_SOURCES],
  [
    ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
    ['arn:aws:s3:::sources/a', 'arn:aws:s3:::other/sources/a'],
    [],
  ],
  [['s3:DeleteObject'], ['arn:aws:s3:::sources/sources/a'], []],
  [['sqs:SendMessage'], [ARNS['DeadLetters.Arn']], ASYNCHRONOUS],
  [['sqs:ReceiveMessage', 'sqs:DeleteMessage'], [ARNS['DeadLetters.Arn']], []],
  [['lambda:InvokeFunction', 'lambda:UpdateFunctionCode'], [arn('lambda', `function:${prefix}read`)], []],
  [['iam:PassRole', 'sts:AssumeRole'], [`arn:aws:iam::${ACCOUNT}:role/other`], []],
  [['secretsmanager:GetSecretValue'], [arn('secretsmanager', 'secret:other/reader-abcdef')], []],
];

async function isAllowed(role, action, resource, contextVariables) {
  const { errors, overallResult } = await runSimulation(
    {
      request: {
        action,
        principal: `arn:aws:iam::${ACCOUNT}:role/${role}`,
        resource: { resource, accountId: ACCOUNT },
        contextVariables,
      },
      identityPolicies: [
        { name: role, policy: { Version: '2012-10-17', Statement: JSON.parse(statementsOf(role)) } },
      ],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (errors) throw new Error(`${role} ${action} ${resource}: ${JSON.stringify(errors)}`);
  return overallResult === 'Allowed';
}

const differences = [];
let asked = 0;
for (const [actions, resources, wanted, context = {}] of WANTED) {
  for (const name of wanted)
    if (!ALL.includes(name)) throw new Error(`The template has no function ${name}.`);
  for (const action of actions)
    for (const resource of resources)
      for (const one of functions) {
        asked += 1;
        const allowed = await isAllowed(one.role, action, resource, context);
        if (allowed !== wanted.includes(short(one)))
          differences.push(`${short(one)} ${allowed ? 'may' : 'may not'} ${action} on ${resource}`);
      }
}
console.log(`iam-simulate: ${asked} rights, ${differences.length} not as wanted`);
for (const difference of differences) console.log(difference);
process.exitCode = asked === 0 || differences.length > 0 ? 1 : 0;
