import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EnableRuleCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { USER_KEY } from '../../../local/account.ts';
import { newTestClient } from '../../support/eventbridge.ts';
import { type KeptCloud, startKeptCloud } from './kept-cloud.ts';

const at = (time: string): Date => new Date(`2027-03-01T${time}Z`);

let folder: string;
let cloud: KeptCloud;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'test-kept-'));
  cloud = await startKeptCloud(folder, at('08:30:10'));
});
afterEach(async () => {
  await cloud.stop();
  await rm(folder, { recursive: true, force: true });
});

const restart = async (now: Date): Promise<void> => {
  await cloud.stop();
  cloud = await startKeptCloud(folder, now);
};

const client = () => newTestClient(cloud.eventBridge.url, cloud.credentials.keyOf(USER_KEY));

describe('a start with the data of the last one', () => {
  it('runs the newest run that was missed meanwhile, once', async () => {
    await cloud.call('PUT', 'apps/billing', { image: 'busybox:1', command: 'echo hourly' });
    await cloud.call('POST', 'jobs', { name: 'hourly', app: 'billing', schedule: { cron: '0 * * * *' } });
    const rules = cloud.eventBridge.rules();
    await restart(at('13:20:30'));
    expect(cloud.eventBridge.rules()).toEqual(rules);
    await cloud.runMinute(at('13:21:00'));
    await cloud.runMinute(at('13:22:00'));
    expect(await cloud.call('GET', 'jobs/hourly/tasks')).toMatchObject({
      items: [{ name: `hourly-${at('13:00:00').getTime() / 60_000}`, scheduledTime: '2027-03-01T13:00:00Z' }],
    });
  });

  it('has the same addresses and secrets', async () => {
    const { url, credentials, eventBridge, deadLetters } = cloud;
    await restart(at('09:00:00'));
    expect(cloud.credentials.token).toBe(credentials.token);
    expect(cloud.credentials.keyOf('a')).toEqual(credentials.keyOf('a'));
    expect([cloud.eventBridge.url, cloud.deadLetters.queueUrl, cloud.deadLetters.lambdaUrl]).toEqual([
      eventBridge.url,
      deadLetters.queueUrl,
      deadLetters.lambdaUrl,
    ]);
    expect(url).not.toBe('');
  });

  it('has rules of users, with tags, targets and their time, and those of the stack as they are now', async () => {
    const first = client();
    const Name = 'half-hourly';
    const Tags = [{ Key: 'team', Value: 'a' }];
    const { RuleArn } = await first.send(
      new PutRuleCommand({ Name, ScheduleExpression: 'rate(30 minutes)', State: 'DISABLED', Tags }),
    );
    const target = { Id: 'x', Arn: 'arn:aws:lambda:us-east-1:000000000000:function:taskbridge-local-prune' };
    await first.send(new PutTargetsCommand({ Rule: Name, Targets: [target] }));
    await first.send(new PutRuleCommand({ Name: 'orders', EventPattern: '{"source":["shop"]}' }));
    await first.send(new EnableRuleCommand({ Name }));
    first.destroy();
    const rules = cloud.eventBridge.rules();
    await restart(at('09:15:00'));
    expect(cloud.eventBridge.rules()).toEqual(rules);
    const next = client();
    expect((await next.send(new ListTagsForResourceCommand({ ResourceARN: RuleArn }))).Tags).toEqual(Tags);
    expect((await next.send(new ListTargetsByRuleCommand({ Rule: Name }))).Targets).toEqual([target]);
    next.destroy();
  });

  it('has the dead letters, and events that wait for another attempt', async () => {
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:taskbridge-local-fire-event';
    await cloud.eventBridge.call(arn, { bad: 'first' });
    cloud.clock.moveTo(at('08:31:20'));
    await cloud.runMinute(at('08:32:00'));
    expect(cloud.eventBridge.nextDelivery()).toEqual(expect.any(Date));
    await restart(at('08:40:00'));
    const due = cloud.eventBridge.nextDelivery() ?? at('23:00:00');
    expect(due < at('08:40:00')).toBe(true);
    await cloud.runMinute(at('08:41:00'));
    await cloud.eventBridge.drained();
    const letters = cloud.deadLetters.messages();
    expect(letters).toMatchObject([{ requestPayload: { bad: 'first' } }]);
    await restart(at('08:50:00'));
    expect(cloud.deadLetters.messages()).toEqual(letters);
  });
});
