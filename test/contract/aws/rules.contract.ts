import { DeleteRuleCommand, type EventBridgeClient, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { newEventBridgeClient } from '../../../lib/platform/aws/eventbridge.ts';
import { mapConcurrent } from '../../../lib/platform/collections.ts';
import { removeAllRules } from '../../../lib/schedules/cleanup.ts';
import { eventBridgeRules } from '../../../lib/schedules/repository.ts';
import { checkRuleName, ruleName, triggerRuleOf } from '../../../lib/schedules/rule-names.ts';
import type { Rules } from '../../../lib/schedules/rules.ts';
import { NO_END } from '../../support/eventbridge.ts';
import type { Cloud, Suite } from './cloud.ts';

/** More than a page of ListRules has. */
const MANY = 101;

const STAGE = { service: 'taskbridge', stage: 'contract' };
const PATTERN = '{"source":["proof"],"detail":{"order":[{"numeric":[">",4711]}]}}';

const optionsOf = ({ region, account, bus, queue }: Cloud) => {
  const functionArn = `arn:aws:lambda:${region}:${account}:function:taskbridge-contract-fire-job`;
  return {
    ...{ ...STAGE, busName: bus, functionArn, eventFunctionArn: functionArn },
    deadLettersArn: `arn:aws:sqs:${region}:${account}:${queue}`,
  };
};

/** Rules of jobs: the port to EventBridge that the functions use. */
export const rulesContract: Suite = (cloud, it) => {
  describe('the port to rules', () => {
    let client: EventBridgeClient;
    let rules: Rules;
    const name = (job: string, index: 0 | 1 = 0) => ruleName(STAGE, 'team-a', job, index);
    const scheduled = (job: string, expression = 'cron(0 2 * * ? *)') => ({
      ...{ name: name(job), expression, space: 'team-a', job },
    });
    const listed = async (one: string) => (await rules.list()).find((rule) => rule.name === one);

    beforeAll(() => {
      const { region, credentials, endpointOf } = cloud();
      client = newEventBridgeClient({ region, credentials, endpoint: endpointOf('events') });
      rules = eventBridgeRules({ client, end: NO_END }, optionsOf(cloud()));
    });
    afterAll(async () => {
      await removeAllRules({ rules, log: () => {} });
      client.destroy();
    });

    it('makes a rule once, repairs it where it differs, and removes it once', async () => {
      expect([await rules.put(scheduled('report')), await rules.put(scheduled('report'))]).toEqual([
        'made',
        'kept',
      ]);
      expect(await listed(name('report'))).toEqual({
        ...{ name: name('report'), expression: 'cron(0 2 * * ? *)', enabled: true },
      });
      expect(await rules.put(scheduled('report', 'cron(30 6 ? * MON-FRI *)'))).toBe('made');
      expect((await listed(name('report')))?.expression).toBe('cron(30 6 ? * MON-FRI *)');
      expect([await rules.remove(name('report')), await rules.remove(name('report'))]).toEqual([
        'removed',
        'notThere',
      ]);
      expect(await listed(name('report'))).toBeUndefined();
    });

    it('makes rules of triggers on both buses, and reads their pattern as it was written', async () => {
      const job = { space: 'team-a', name: 'orders' };
      for (const bus of ['default', 'service'] as const) {
        const rule = {
          name: triggerRuleOf(STAGE, job, bus),
          pattern: PATTERN,
          space: 'team-a',
          job: 'orders',
        };
        expect([bus, await rules.put(rule), await rules.put(rule)]).toEqual([bus, 'made', 'kept']);
        expect(await listed(rule.name)).toEqual({ name: rule.name, pattern: PATTERN, enabled: true });
        expect([bus, await rules.remove(rule.name)]).toEqual([bus, 'removed']);
      }
    });

    it('leaves a rule of another owner with such a name', async () => {
      const rule = scheduled('foreign');
      await client.send(new PutRuleCommand({ Name: rule.name, ScheduleExpression: 'rate(1 day)' }));
      expect([await rules.put(rule), await rules.remove(rule.name)]).toEqual(['notOurs', 'notOurs']);
      expect(await listed(rule.name)).toMatchObject({ expression: 'rate(1 day)' });
      await client.send(new DeleteRuleCommand({ Name: rule.name }));
    });

    it('refuses a cron that EventBridge does not know', async () => {
      await expect(rules.put(scheduled('bad', 'cron(0 2 * * * *)'))).rejects.toThrow(
        `EventBridge refused PutRule of ${name('bad')}: ValidationException: Parameter ScheduleExpression is not valid.`,
      );
    });

    it('tells a pattern that EventBridge takes from one that it refuses', async () => {
      const rule = {
        name: checkRuleName(STAGE, 'team-a', 'orders', 'default'),
        space: 'team-a',
        job: 'orders',
      };
      await rules.check({ ...rule, pattern: PATTERN });
      await expect(rules.check({ ...rule, pattern: '{"source":"proof"}' })).rejects.toMatchObject({
        ...{
          code: 'InvalidEventPatternException',
          reason: expect.stringContaining('Event pattern is not valid'),
        },
      });
      expect(await listed(rule.name)).toBeUndefined();
    });

    it('lists the rules of its stage alone, over pages', async () => {
      await removeAllRules({ rules, log: () => {} });
      const others = eventBridgeRules({ client, end: NO_END }, { ...optionsOf(cloud()), stage: 'contract2' });
      const other = {
        ...scheduled('other'),
        name: ruleName({ ...STAGE, stage: 'contract2' }, 'team-a', 'other', 0),
      };
      await others.put(other);
      const many = Array.from({ length: MANY }, (_, index) => `many-${index}`);
      await mapConcurrent(many, (job) => rules.put(scheduled(job)), 4);
      expect((await rules.list()).map((rule) => rule.name).toSorted()).toEqual(
        many.map((job) => name(job)).toSorted(),
      );
      expect(await removeAllRules({ rules, log: () => {} })).toBe(MANY);
      expect(await others.remove(other.name)).toBe('removed');
    });
  });
};
