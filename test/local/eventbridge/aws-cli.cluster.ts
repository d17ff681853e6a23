import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AwsCli, awsEvents } from '../../support/aws-cli.ts';
import { FUNCTION_ARN, startTestEventBridge, type TestEventBridge } from '../../support/eventbridge.ts';

const ARN = 'arn:aws:events:us-east-1:000000000000:rule/nightly';
const TARGET = {
  Id: 'fire',
  Arn: FUNCTION_ARN,
  InputTransformer: { InputPathsMap: { time: '$.time' }, InputTemplate: '{"job":"report","time":<time>}' },
};

/** The AWS CLI against the server, in order. A cluster suite, since it needs more than Node. */
describe('aws events --endpoint-url', () => {
  let running: TestEventBridge;
  let aws: AwsCli;

  beforeAll(async () => {
    running = await startTestEventBridge();
    aws = awsEvents(running.eventBridge.url);
  });

  afterAll(() => running.stop());

  it('puts and describes a rule', async () => {
    const schedule = ['--schedule-expression', 'cron(0 2 * * ? *)'];
    expect(
      await aws('put-rule', '--name', 'nightly', ...schedule, '--tags', 'Key=space,Value=team-a'),
    ).toEqual({
      RuleArn: ARN,
    });
    const rule = {
      Name: 'nightly',
      Arn: ARN,
      ScheduleExpression: 'cron(0 2 * * ? *)',
      State: 'ENABLED',
      EventBusName: 'default',
    };
    expect(await aws('list-rules', '--name-prefix', 'night')).toEqual({ Rules: [rule] });
    expect(await aws('describe-rule', '--name', 'nightly')).toEqual({ ...rule, CreatedBy: '000000000000' });
  });

  it('rejects unix cron in the words of AWS', async () => {
    await expect(aws('put-rule', '--name', 'unix', '--schedule-expression', '0 2 * * *')).rejects.toThrow(
      'An error occurred (ValidationException) when calling the PutRule operation: Parameter ScheduleExpression is not valid.',
    );
  });

  it('puts and lists a target', async () => {
    expect(await aws('put-targets', '--rule', 'nightly', '--targets', JSON.stringify([TARGET]))).toEqual({
      FailedEntryCount: 0,
      FailedEntries: [],
    });
    expect(await aws('list-targets-by-rule', '--rule', 'nightly')).toEqual({ Targets: [TARGET] });
    expect(await aws('list-rule-names-by-target', '--target-arn', FUNCTION_ARN)).toEqual({
      RuleNames: ['nightly'],
    });
  });

  it('tags a rule', async () => {
    await aws('tag-resource', '--resource-arn', ARN, '--tags', 'Key=job,Value=report');
    expect(await aws('list-tags-for-resource', '--resource-arn', ARN)).toEqual({
      Tags: [
        { Key: 'space', Value: 'team-a' },
        { Key: 'job', Value: 'report' },
      ],
    });
  });

  it('deletes a rule only after its targets', async () => {
    await aws('disable-rule', '--name', 'nightly');
    expect(await aws('describe-rule', '--name', 'nightly')).toMatchObject({ State: 'DISABLED' });
    await expect(aws('delete-rule', '--name', 'nightly')).rejects.toThrow(
      "An error occurred (ValidationException) when calling the DeleteRule operation: Rule can't be deleted since it has targets.",
    );
    expect(await aws('remove-targets', '--rule', 'nightly', '--ids', 'fire')).toEqual({
      FailedEntryCount: 0,
      FailedEntries: [],
    });
    await aws('delete-rule', '--name', 'nightly');
    await expect(aws('describe-rule', '--name', 'nightly')).rejects.toThrow(
      'An error occurred (ResourceNotFoundException) when calling the DescribeRule operation: Rule nightly does not exist on EventBus default.',
    );
  });

  it('puts events, and tests a pattern', async () => {
    const pattern = '{"source":["shop.orders"],"detail":{"total":[{"numeric":[">",1]}]}}';
    await aws('put-rule', '--name', 'orders', '--event-pattern', pattern);
    await aws(
      'put-targets',
      '--rule',
      'orders',
      '--targets',
      JSON.stringify([{ Id: 'fire', Arn: FUNCTION_ARN }]),
    );
    const entry = { Source: 'shop.orders', DetailType: 'Order Placed', Detail: '{"total":2}' };
    const other = { ...entry, Detail: '{"total":1}' };
    expect(await aws('put-events', '--entries', JSON.stringify([entry, other]))).toMatchObject({
      FailedEntryCount: 0,
    });
    await running.eventBridge.drained();
    expect(running.delivered.map(({ event }) => event)).toMatchObject([
      { source: 'shop.orders', detail: { total: 2 } },
    ]);
    const event = JSON.stringify(running.delivered[0]?.event);
    expect(await aws('test-event-pattern', '--event-pattern', pattern, '--event', event)).toEqual({
      Result: true,
    });
  });
});
