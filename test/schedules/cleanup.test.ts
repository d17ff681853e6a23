import { PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newEventBridgeClient } from '../../lib/platform/aws/eventbridge.ts';
import { cleanup } from '../../lib/schedules/cleanup.ts';
import { eventBridgeRules } from '../../lib/schedules/repository.ts';
import { ruleName } from '../../lib/schedules/rule-names.ts';
import type { Rules } from '../../lib/schedules/rules.ts';
import { USER } from '../support/credentials.ts';
import { FUNCTION_ARN, NO_END, startTestEventBridge, type TestEventBridge } from '../support/eventbridge.ts';
import { virtualClock } from '../support/fake-clock.ts';

const OURS = { service: 'taskbridge', stage: 'dev', functionArn: FUNCTION_ARN };
const OTHERS = { ...OURS, stage: 'dev2' };

let running: TestEventBridge;
const waits: number[] = [];
const logged: unknown[] = [];

const rulesOf = (stage: typeof OURS): Rules =>
  eventBridgeRules({ client: running.client, end: NO_END }, stage);
const put = (stage: typeof OURS, job: string) =>
  rulesOf(stage).put({
    name: ruleName(stage, 'team-a', job, 0),
    expression: 'cron(0 2 * * ? *)',
    space: 'team-a',
    job,
  });
const left = () => running.eventBridge.rules().map(({ name }) => name);

const ports = (whileWaiting = async () => {}) => ({
  rules: rulesOf(OURS),
  log: (...line: unknown[]) => {
    logged.push(line);
  },
  wait: async (ms: number) => {
    waits.push(ms);
    await whileWaiting();
  },
});

beforeEach(async () => {
  running = await startTestEventBridge();
  waits.length = 0;
  logged.length = 0;
});

afterEach(() => running.stop());

describe('cleanup', () => {
  it("removes the stage's rules with their targets, and no other stage's", async () => {
    for (const job of ['report', 'tidy', 'bill']) await put(OURS, job);
    await put(OTHERS, 'report');
    expect(await cleanup(ports())).toEqual({ removed: 3 });
    expect(left()).toEqual([ruleName(OTHERS, 'team-a', 'report', 0)]);
  });

  it('leaves a rule of another owner with such a name, and logs it', async () => {
    const Name = ruleName(OURS, 'team-a', 'foreign', 0);
    await running.client.send(new PutRuleCommand({ Name, ScheduleExpression: 'rate(1 day)' }));
    expect(await cleanup(ports())).toEqual({ removed: 0 });
    expect(left()).toEqual([Name]);
    expect(logged).toEqual([['warn', 'cleanup', { rule: Name, outcome: 'notOurs' }]]);
  });

  it('removes a rule that a running reconcile creates after the first round', async () => {
    await put(OURS, 'report');
    const late = async () => {
      await put(OURS, 'late');
    };
    expect(await cleanup(ports(late))).toEqual({ removed: 2 });
    expect(left()).toEqual([]);
    expect(waits).toEqual([60_000]);
  });

  it('goes on where EventBridge was out of reach for four minutes, and not beyond its time', async () => {
    await put(OURS, 'report');
    const removing = (totalMs: number) => {
      const clock = virtualClock();
      const client = newEventBridgeClient({
        region: 'us-east-1',
        endpoint: running.eventBridge.url,
        credentials: USER,
      });
      client.middlewareStack.add(
        (next) => async (args) => {
          if (clock.now() < 240_000) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
          return next(args);
        },
        { step: 'finalizeRequest', priority: 'low' },
      );
      return cleanup({ ...ports(), rules: eventBridgeRules({ client, end: NO_END, clock, totalMs }, OURS) });
    };
    await expect(removing(180_000)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(left()).toHaveLength(1);
    expect(await removing(284_000)).toEqual({ removed: 1 });
    expect(left()).toEqual([]);
  });

  it('does not wait where there was no rule, as in a rollback', async () => {
    expect(await cleanup(ports())).toEqual({ removed: 0 });
    expect(waits).toEqual([]);
  });
});
