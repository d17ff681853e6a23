import { DeleteRuleCommand, PutTargetsCommand, RemoveTargetsCommand } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventBridgeRules } from '../../lib/schedules/repository.ts';
import { ruleName } from '../../lib/schedules/rule-names.ts';
import type { Rules } from '../../lib/schedules/rules.ts';
import {
  FUNCTION_ARN,
  NO_END,
  newTestClient,
  startTestEventBridge,
  type TestEventBridge,
} from '../support/eventbridge.ts';

const STAGE = { service: 'taskbridge', stage: 'dev', functionArn: FUNCTION_ARN };
const NAME = ruleName(STAGE, 'team-a', 'report', 0);
const RULE = { name: NAME, expression: 'cron(* * * * ? *)', space: 'team-a', job: 'report' };

let running: TestEventBridge;
let rules: Rules;

beforeEach(async () => {
  running = await startTestEventBridge();
  rules = eventBridgeRules({ client: running.client, end: NO_END }, STAGE);
});
afterEach(() => running.stop());

/** Lets another client act before each command of this name, up to a number of times. */
function ahead(
  command: string,
  times: number,
  act: (other: TestEventBridge['client']) => Promise<unknown>,
): void {
  const other = newTestClient(running.eventBridge.url);
  let left = times;
  running.client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        left -= commandName === `${command}Command` ? 1 : 0;
        if (commandName === `${command}Command` && left >= 0) await act(other);
        return next(args);
      },
    { step: 'initialize' },
  );
}

const giveTarget = (other: TestEventBridge['client']) =>
  other.send(new PutTargetsCommand({ Rule: NAME, Targets: [{ Id: 'fire', Arn: FUNCTION_ARN }] }));

async function takeAway(other: TestEventBridge['client']): Promise<void> {
  await other.send(new RemoveTargetsCommand({ Rule: NAME, Ids: ['fire'] }));
  await other.send(new DeleteRuleCommand({ Name: NAME }));
}

describe('two writers of one rule', () => {
  it('end with its removal when one repairs it meanwhile', async () => {
    await rules.put(RULE);
    ahead('DeleteRule', 2, giveTarget);
    expect(await rules.remove(NAME)).toBe('removed');
    expect(running.eventBridge.rules()).toEqual([]);
  });

  it.each(['PutTargets', 'EnableRule'])(
    'end with the rule, where one removes it before %s',
    async (command) => {
      ahead(command, 2, takeAway);
      expect(await rules.put(RULE)).toBe('made');
      expect(running.eventBridge.rules()).toMatchObject([
        { name: NAME, enabled: true, targets: [FUNCTION_ARN] },
      ]);
    },
  );

  it('end with unavailable when the other never stops', async () => {
    await rules.put(RULE);
    ahead('DeleteRule', Number.POSITIVE_INFINITY, giveTarget);
    await expect(rules.remove(NAME)).rejects.toMatchObject({
      kind: 'unavailable',
      message: `Rule ${NAME} is being changed by others all the time. Try again.`,
    });
  });
});
