import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  EventBridgeClient,
  ListRulesCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { accessKeyOf, functionArn } from '../../../local/account.ts';
import { readServerless } from '../../../local/cloudformation/serverless.ts';
import { stackRules } from '../../../local/cloudformation/stack.ts';
import { type EmbeddedEventBridge, startEmbeddedEventBridge } from '../../../local/eventbridge/start.ts';
import { type StackPermissions, stackPermissions } from '../../../local/iam/stack-permissions.ts';
import { readStackTemplate } from '../../../local/iam/stack-template.ts';
import { CREDENTIALS } from '../../support/credentials.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const RULES = 'arn:aws:events:us-east-1:000000000000:rule/';
const EVENT_RULE = 'taskbridge-local-job-0123456789ab';
const JOB_RULE = `${EVENT_RULE}-0`;

let permissions: StackPermissions;
let deployment: Awaited<ReturnType<typeof readServerless>>;

beforeAll(async () => {
  deployment = await readServerless(join(root, 'serverless.yml'));
  permissions = stackPermissions(deployment, await readStackTemplate(root));
});

const may = (name: string, action: string, resource: string, targets: readonly string[] = []): boolean =>
  permissions.denialOf(accessKeyOf(name), action, resource, { 'events:TargetArn': targets }) === undefined;

describe('the policies of the functions', () => {
  it.each(['create-job', 'schedule-job', 'delete-job-schedule', 'delete-job', 'reconcile'])(
    'let %s write the rules of jobs, and no others',
    (name) => {
      expect(may(name, 'events:PutRule', `${RULES}${JOB_RULE}`)).toBe(true);
      expect(may(name, 'events:PutRule', `${RULES}taskbridge-local/${JOB_RULE}`)).toBe(true);
      expect(may(name, 'events:PutRule', `${RULES}taskbridge-local-ReconcileEventsRuleSchedule1-LOCAL`)).toBe(
        false,
      );
      expect(may(name, 'events:PutRule', `${RULES}taskbridge-prod-job-0123456789ab-0`)).toBe(false);
      expect(may(name, 'events:PutRule', `${RULES}other/${JOB_RULE}`)).toBe(false);
      expect(may(name, 'events:PutPermission', `${RULES}${JOB_RULE}`)).toBe(false);
    },
  );

  it.each([
    ['fire-job', ['fire-job'], true],
    ['fire-event', ['fire-event'], true],
    ['both', ['fire-job', 'fire-event'], true],
    ['another function', ['cleanup'], false],
    ['another function beside fire-job', ['fire-job', 'run-task'], false],
    ['no target', [], false],
  ])('let a rule of a job have the target %s: %j, %s', (_, names, expected) => {
    const targets = names.map((name) => functionArn('taskbridge', name));
    for (const name of ['schedule-job', 'create-trigger', 'reconcile'])
      expect(may(name, 'events:PutTargets', `${RULES}${JOB_RULE}`, targets)).toBe(expected);
  });

  it("let only the reconcile send events, only to the service's own bus", () => {
    const own = 'arn:aws:events:us-east-1:000000000000:event-bus/taskbridge-local';
    for (const { name } of deployment.functions)
      expect([name, may(name, 'events:PutEvents', own)]).toEqual([name, name === 'reconcile']);
    expect(may('reconcile', 'events:PutEvents', own.replace('taskbridge-local', 'default'))).toBe(false);
  });

  it('let cleanup delete rules, but not create any', () => {
    expect(may('cleanup', 'events:DeleteRule', `${RULES}${JOB_RULE}`)).toBe(true);
    expect(may('cleanup', 'events:PutRule', `${RULES}${JOB_RULE}`)).toBe(false);
  });

  it.each(['push-app', 'delete-app', 'run-task', 'run-job', 'terminate-task', 'fire-job', 'prune', 'read'])(
    'let %s do nothing on EventBridge',
    (name) => {
      for (const action of ['PutRule', 'DeleteRule', 'DescribeRule', 'ListRules', 'PutEvents'])
        expect(may(name, `events:${action}`, `${RULES}${JOB_RULE}`)).toBe(false);
    },
  );

  it('let the developer do everything, and unknown keys nothing', () => {
    expect(permissions.denialOf('local', 'events:PutRule', 'x')).toBeUndefined();
    expect(permissions.denialOf('AKIASTRANGER', 'events:PutRule', 'x')?.code).toBe(
      'UnrecognizedClientException',
    );
  });
});

describe('the Lambda permissions of the functions', () => {
  it("cover jobs' rules on both buses, and the stack's own rules", () => {
    const fireJob = functionArn('taskbridge', 'fire-job');
    expect(permissions.isInvokeAllowed(`${RULES}${JOB_RULE}`, fireJob)).toBe(true);
    const fireEvent = functionArn('taskbridge', 'fire-event');
    expect(permissions.isInvokeAllowed(`${RULES}${EVENT_RULE}-e`, fireEvent)).toBe(true);
    expect(permissions.isInvokeAllowed(`${RULES}taskbridge-local/${EVENT_RULE}-s`, fireEvent)).toBe(true);
    for (const rule of stackRules(deployment))
      expect(
        permissions.isInvokeAllowed(
          `${RULES}${'bus' in rule ? 'taskbridge-local/' : ''}${rule.name}`,
          rule.target,
        ),
      ).toBe(true);
  });

  it.each([
    ['another rule', 'nightly', 'fire-job'],
    ["another bus's rule", `other/${JOB_RULE}`, 'fire-job'],
    [
      "a schedule's rule on the service's own bus, where there are none",
      `taskbridge-local/${JOB_RULE}`,
      'fire-job',
    ],
    ["a schedule's rule that brings no event", JOB_RULE, 'fire-event'],
    ["another bus's trigger", `other/${EVENT_RULE}-s`, 'fire-event'],
    ["a job's rule on the function for `Run Task`", `taskbridge-local/${EVENT_RULE}-s`, 'run-task-on-event'],
    ["another function's target", JOB_RULE, 'reconcile'],
    ['a function that nobody may call', JOB_RULE, 'run-task'],
  ])('do not cover %s', (_, rule, name) => {
    expect(permissions.isInvokeAllowed(`${RULES}${rule}`, functionArn('taskbridge', name))).toBe(false);
  });
});

describe('the embedded EventBridge', () => {
  let running: EmbeddedEventBridge;
  const invoked: string[] = [];
  const errors: string[] = [];

  const start = async () => {
    invoked.length = 0;
    errors.length = 0;
    running = await startEmbeddedEventBridge({
      credentials: CREDENTIALS,
      permissions,
      now: () => new Date('2026-03-01T08:59:30Z'),
      invoke: async (arn) => void invoked.push(arn),
      onError: (error) => void errors.push(String(error)),
    });
  };
  afterEach(() => running.stop());

  const as = (accessKeyId: string) =>
    new EventBridgeClient({
      endpoint: running.url,
      region: 'us-east-1',
      credentials: CREDENTIALS.keyOf(accessKeyId),
      maxAttempts: 1,
    });
  const putRule = (Name: string, more: object = {}) =>
    new PutRuleCommand({ Name, ScheduleExpression: 'cron(* * * * ? *)', ...more });

  it('rejects what the role of the caller does not allow, in the words of AWS', async () => {
    await start();
    await as(accessKeyOf('schedule-job')).send(putRule(JOB_RULE, { Tags: [{ Key: 'a', Value: 'b' }] }));
    await expect(as(accessKeyOf('run-task')).send(putRule(JOB_RULE))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message:
        'User: arn:aws:sts::000000000000:assumed-role/RunnerRole/run-task is not authorized to perform: ' +
        `events:PutRule on resource: ${RULES}${JOB_RULE} because no identity-based policy allows the events:PutRule action`,
    });
    await expect(as(accessKeyOf('schedule-job')).send(putRule('nightly'))).rejects.toThrow('not authorized');
    await expect(as(accessKeyOf('fire-job')).send(new ListRulesCommand({}))).rejects.toThrow(
      'on resource: *',
    );
  });

  it('rejects a target that the role of the caller does not allow', async () => {
    await start();
    const caller = as(accessKeyOf('schedule-job'));
    await caller.send(putRule(JOB_RULE));
    const put = (name: string) =>
      new PutTargetsCommand({ Rule: JOB_RULE, Targets: [{ Id: 'a', Arn: functionArn('taskbridge', name) }] });
    await caller.send(put('fire-job'));
    await expect(caller.send(put('read'))).rejects.toThrow('events:PutTargets on resource');
    await caller.send(new RemoveTargetsCommand({ Rule: JOB_RULE, Ids: ['a'] }));
  });

  it('rejects events that the role of the caller does not allow', async () => {
    await start();
    const put = (EventBusName: string) =>
      new PutEventsCommand({ Entries: [{ EventBusName, Source: 'a', DetailType: 'b', Detail: '{}' }] });
    await as(accessKeyOf('reconcile')).send(put('taskbridge-local'));
    await expect(as(accessKeyOf('reconcile')).send(put('default'))).rejects.toThrow(
      'events:PutEvents on resource: arn:aws:events:us-east-1:000000000000:event-bus/default',
    );
    await expect(as(accessKeyOf('fire-event')).send(put('taskbridge-local'))).rejects.toThrow(
      'not authorized',
    );
  });

  it('drops a delivery that no permission covers', async () => {
    await start();
    const target = { Id: 'fire', Arn: functionArn('taskbridge', 'fire-job') };
    for (const name of [JOB_RULE, 'nightly']) {
      await as('local').send(putRule(name));
      await as('local').send(new PutTargetsCommand({ Rule: name, Targets: [target] }));
    }
    await running.runMinute(new Date('2026-03-01T09:00:00Z'));
    expect(invoked).toEqual([target.Arn]);
    expect(errors).toEqual([`Error: NO_PERMISSIONS: no permission of ${target.Arn} covers ${RULES}nightly.`]);
  });
});
