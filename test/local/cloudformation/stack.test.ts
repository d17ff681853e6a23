import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { type Deployment, readServerless } from '../../../local/cloudformation/serverless.ts';
import { functionNameOf, stackEnvironment, stackRules } from '../../../local/cloudformation/stack.ts';

const deployment = (): Promise<Deployment> =>
  readServerless(fileURLToPath(new URL('../../../serverless.yml', import.meta.url)));

describe('the stack of serverless.yml', () => {
  it('has the rules that CloudFormation creates for its functions', async () => {
    expect(stackRules(await deployment())).toEqual([
      {
        name: 'taskbridge-local-run-task-on-event-rule-1',
        bus: 'taskbridge-local',
        pattern: { 'detail-type': ['Run Task'] },
        target: 'arn:aws:lambda:us-east-1:000000000000:function:taskbridge-local-run-task-on-event',
      },
      {
        name: 'taskbridge-local-ReconcileEventsRuleSchedule1-LOCAL',
        expression: 'cron(* * * * ? *)',
        target: 'arn:aws:lambda:us-east-1:000000000000:function:taskbridge-local-reconcile',
      },
      {
        name: 'taskbridge-local-PruneEventsRuleSchedule1-LOCAL',
        expression: 'cron(0/5 * * * ? *)',
        target: 'arn:aws:lambda:us-east-1:000000000000:function:taskbridge-local-prune',
      },
    ]);
  });

  it('passes the ARN of fire-job to its functions, and resolves it', async () => {
    const stack = await deployment();
    const { TASKBRIDGE_FIRE_JOB_ARN } = stackEnvironment(stack, 'http://127.0.0.1:1');
    expect(functionNameOf(stack, TASKBRIDGE_FIRE_JOB_ARN)).toBe('fire-job');
    expect(() => functionNameOf(stack, `${TASKBRIDGE_FIRE_JOB_ARN}s`)).toThrow(
      'No function has the ARN arn:aws',
    );
  });
});
