import { describe, expect, it } from '@jest/globals';
import { createTrigger, deleteTrigger } from '../../lib/events/manage-triggers.ts';
import type { Trigger } from '../../lib/events/trigger.ts';
import { deleteJob, suspendJob } from '../../lib/jobs/manage.ts';
import { DomainError } from '../../lib/platform/errors.ts';
import { SPACE } from '../support/memory-ports.ts';
import { at, contextOf, create, round } from '../support/reconcile-context.ts';
import { portsWith, put, ruleOf, rules, S3, SHOP, triggeredOf } from '../support/triggers.ts';

describe('create-trigger', () => {
  it('creates the rule and sets the condition Triggered', async () => {
    const ports = portsWith();
    const job = await put(ports, S3);
    expect(await rules(ports)).toEqual([ruleOf(ports, S3)]);
    expect(job).toMatchObject({
      spec: { trigger: S3 },
      status: { trigger: { bus: 'default', active: true } },
    });
    expect(await triggeredOf(ports)).toBe('True Active');
    expect(await round(ports)).toEqual({});
  });

  it("rejects with EventBridge's message a pattern that it rejects, and writes nothing", async () => {
    const ports = portsWith();
    const like = { bus: 'default', pattern: { source: ['aws.s3'], id: [{ like: 'a' }] } } as const;
    await expect(put(ports, like)).rejects.toMatchObject({
      kind: 'invalid',
      fields: [
        { field: 'pattern', message: 'Event pattern is not valid. Reason: Unrecognized match type like' },
      ],
    });
    expect(await ports.jobs.get(SPACE, 'report')).not.toHaveProperty('spec.trigger');
    expect(ports.rules.writes).toBe(0);
  });

  it('moves the rule to another bus, with one rule at the end', async () => {
    const ports = portsWith();
    await put(ports, S3);
    await put(ports, SHOP);
    expect(await rules(ports)).toEqual([ruleOf(ports, SHOP)]);
  });

  it('counts against the rules of the default bus alone', async () => {
    const counted = async (trigger: Trigger) => {
      const ports = portsWith();
      await put(ports, trigger);
      await round(ports);
      return ports.metrics.take('catch-up');
    };
    expect(await counted(S3)).toMatchObject({ RulesUsed: 1 });
    expect(await counted(SHOP)).toMatchObject({ RulesUsed: 0 });
  });

  it('is idempotent', async () => {
    const ports = portsWith();
    await put(ports, S3);
    const { writes } = ports.rules;
    await put(ports, S3);
    expect(ports.rules.writes).toBe(writes);
  });

  it('rejects what the stage does not allow, and writes nothing', async () => {
    const ports = portsWith();
    const refused = put(ports, { bus: 'default', pattern: { source: ['aws.sqs'] } });
    await expect(refused).rejects.toThrow(DomainError);
    await expect(refused).rejects.toThrow('pattern.source');
    expect(await rules(ports)).toEqual([]);
    expect(ports.jobs.stored('report')).not.toHaveProperty('spec.trigger');
  });

  it('of a job with a schedule leaves its rules alone', async () => {
    const ports = portsWith();
    await create(ports);
    await createTrigger(ports, { space: SPACE, job: 'nightly', trigger: S3 });
    expect(ports.rules.stored.size).toBe(2);
    await deleteTrigger(ports, { space: SPACE, job: 'nightly' });
    expect([...ports.rules.stored.values()]).toMatchObject([{ expression: 'cron(0 * * * ? *)' }]);
  });

  it('sets NoRoom where no more rules fit, and retries every hour', async () => {
    const ports = { ...portsWith(), stage: { ...portsWith().stage, maxRules: 0 } };
    await put(ports, S3);
    expect(await triggeredOf(ports)).toBe('False NoRoom');
    const grown = { ...ports, stage: { ...ports.stage, maxRules: 1 } };
    for (let minute = 1; minute <= 60; minute += 1) {
      grown.setClock(new Date(at('12:00:30').getTime() + minute * 60_000));
      await round(grown);
    }
    expect(await triggeredOf(grown)).toBe('True Active');
  });

  it('does not count rules of the service bus among those of the account', async () => {
    const ports = { ...portsWith(), stage: { ...portsWith().stage, maxRules: 0 } };
    await put(ports, SHOP);
    expect(await triggeredOf(ports)).toBe('True Active');
  });

  it('is completed by the next reconcile where EventBridge was unreachable', async () => {
    const ports = portsWith();
    ports.rules.outOfReach = true;
    await put(ports, S3);
    expect(await triggeredOf(ports)).toBe('False OutOfReach');
    ports.rules.outOfReach = false;
    await round(ports);
    expect(await rules(ports)).toEqual([ruleOf(ports, S3)]);
    expect(await triggeredOf(ports)).toBe('True Active');
  });
});

describe('delete-trigger', () => {
  it('removes the rule and the condition', async () => {
    const ports = portsWith();
    await put(ports, SHOP);
    await deleteTrigger(ports, { space: SPACE, job: 'report' });
    expect(await rules(ports)).toEqual([]);
    expect(await triggeredOf(ports)).toBeUndefined();
  });

  it('rejects a job without a trigger', async () => {
    await expect(deleteTrigger(portsWith(), { space: SPACE, job: 'report' })).rejects.toThrow(
      'has no trigger',
    );
  });
});

it('suspending a job suspends its trigger, and resuming restores it', async () => {
  const ports = portsWith();
  await put(ports, S3);
  await suspendJob(ports, { space: SPACE, job: 'report', suspend: true });
  expect(await rules(ports)).toEqual([]);
  await suspendJob(ports, { space: SPACE, job: 'report', suspend: false });
  expect(await rules(ports)).toEqual([ruleOf(ports, S3)]);
});

it('deleting a job removes the rule of its trigger', async () => {
  const ports = portsWith();
  await put(ports, SHOP);
  await deleteJob(ports, { space: SPACE, job: 'report' });
  expect(await rules(ports)).toEqual([]);
});

it('creating a job with a trigger that is not allowed creates no job', async () => {
  const ports = contextOf();
  await expect(create(ports, { trigger: S3 })).rejects.toThrow('trigger.pattern');
  expect(ports.jobs.writes).toBe(0);
});
