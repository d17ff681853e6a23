import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventBridgeRules } from '../../../lib/schedules/repository.ts';
import { ruleName } from '../../../lib/schedules/rule-names.ts';
import {
  FUNCTION_ARN,
  NO_END,
  startTestEventBridge,
  type TestEventBridge,
} from '../../support/eventbridge.ts';
import { runTool } from '../../support/run-tool.ts';

const STAGE = { service: 'taskbridge', stage: 'dev', functionArn: FUNCTION_ARN };
const NAME = ruleName(STAGE, 'team-a', 'report', 0);

let running: TestEventBridge;

beforeEach(async () => {
  running = await startTestEventBridge();
  await eventBridgeRules({ client: running.client, end: NO_END }, STAGE).put({
    name: NAME,
    expression: 'cron(0 2 * * ? *)',
    space: 'team-a',
    job: 'report',
  });
});

afterEach(() => running.stop());

/** Runs it with these arguments and this answer. */
const purge = (args: readonly string[], answer = '') =>
  runTool('purge-rules', {
    ...{ args, answer },
    endpoints: {
      AWS_ENDPOINT_URL_EVENTBRIDGE: running.eventBridge.url,
    },
  });

const left = () => running.eventBridge.rules().map(({ name }) => name);

describe('npm run purge-rules', () => {
  it('lists the rules, and removes them after a yes', async () => {
    const { code, output } = await purge(['--stage', 'dev'], 'y\n');
    expect(output).toContain(`${NAME}  cron(0 2 * * ? *)`);
    expect(output).toContain('Remove these 1 rules of taskbridge-dev in us-east-1?');
    expect([code, left()]).toEqual([0, []]);
  });

  it('removes nothing after another answer', async () => {
    const { output } = await purge(['--stage', 'dev'], '\n');
    expect(output).toContain('Nothing was removed.');
    expect(left()).toEqual([NAME]);
  });

  it('does not ask with --yes, and has nothing to do the second time', async () => {
    expect((await purge(['--stage', 'dev', '--yes'])).output).toContain('Removed 1 rules.');
    expect((await purge(['--stage', 'dev', '--yes'])).output).toContain('There is no rule of taskbridge-dev');
  });

  it('says what is missing', async () => {
    expect(await purge([])).toEqual({ code: 1, output: 'Which stage? Give --stage.\n' });
  });
});
