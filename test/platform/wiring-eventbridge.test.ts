import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { lazyEventBridge } from '../../lib/platform/wiring-eventbridge.ts';
import { ruleName } from '../../lib/schedules/rule-names.ts';
import { USER } from '../support/credentials.ts';
import { FUNCTION_ARN, startTestEventBridge, type TestEventBridge } from '../support/eventbridge.ts';
import { virtualClock } from '../support/fake-clock.ts';
import { json, startServer } from '../support/test-server.ts';

const STAGE = { service: 'taskbridge', stage: 'dev', functionArn: FUNCTION_ARN };
const NAME = ruleName(STAGE, 'team-a', 'report', 0);
const RULE = { name: NAME, expression: 'cron(* * * * ? *)', space: 'team-a', job: 'report' };

const MINUTE_MS = 60_000;

let running: TestEventBridge;
beforeAll(async () => {
  running = await startTestEventBridge({ maxRules: 3 });
});
afterAll(() => running.stop());

const settings = () => ({
  ...STAGE,
  region: 'us-east-1',
  endpoint: running.eventBridge.url,
  credentials: USER,
});

describe('lazyEventBridge', () => {
  it('creates, lists and removes rules with a client of its own', async () => {
    const { rules } = lazyEventBridge(settings)(MINUTE_MS, { totalMs: MINUTE_MS });
    expect([await rules.put(RULE), await rules.put(RULE)]).toEqual(['made', 'kept']);
    expect(await rules.list()).toEqual([{ name: NAME, expression: RULE.expression, enabled: true }]);
    expect(await rules.remove(NAME)).toBe('removed');
  });

  it('tries a call for as long as it is told', async () => {
    const clock = virtualClock();
    const busy = await startServer((_, response) => json(response, 400, { __type: 'ThrottlingException' }));
    const { rules } = lazyEventBridge(() => ({ ...settings(), endpoint: busy.endpoint }))(300_000, {
      totalMs: 280_000,
      clock,
    });
    await expect(rules.list()).rejects.toThrow(
      'EventBridge is out of reach (ThrottlingException). Try again.',
    );
    await busy.close();
    expect(clock.now()).toBeGreaterThan(270_000);
    expect(clock.now()).toBeLessThanOrEqual(280_000);
  });

  it('reads its settings at each call until it has them', async () => {
    let missing = true;
    const { rules } = lazyEventBridge(() => {
      if (missing) throw new Error('TASKBRIDGE_FIRE_JOB_ARN is missing');
      return settings();
    })(MINUTE_MS, { totalMs: MINUTE_MS });
    await expect(rules.list()).rejects.toThrow('TASKBRIDGE_FIRE_JOB_ARN is missing');
    missing = false;
    expect(await rules.list()).toEqual([]);
  });
});
