import { describe, expect, it } from '@jest/globals';
import { createTrigger, deleteTrigger } from '../../lib/events/manage-triggers.ts';
import type { Trigger } from '../../lib/events/trigger.ts';
import { deleteJob, suspendJob } from '../../lib/jobs/manage.ts';
import { DomainError } from '../../lib/platform/errors.ts';
import { triggerRuleName } from '../../lib/schedules/rule-names.ts';
import { jobOf, type MemoryPorts, SPACE } from '../support/memory-ports.ts';
import { at, contextOf, create, round } from '../support/reconcile-context.ts';

const S3: Trigger = { bus: 'default', pattern: { source: ['aws.s3'] } };
const SHOP: Trigger = { bus: 'service', pattern: { source: ['shop.orders'] } };
const SOURCES = { '*': { default: ['aws.s3', 'aws.ec2'], service: ['shop.*'] } };

const world = (trigger?: Trigger): MemoryPorts => {
  const ports = contextOf({}, [jobOf('report', trigger === undefined ? {} : { trigger })], SOURCES);
  ports.setClock(at('12:00:30'));
  return ports;
};
const put = (ports: MemoryPorts, trigger: Trigger) =>
  createTrigger(ports, { space: SPACE, job: 'report', trigger });
const nameOn = (ports: MemoryPorts, bus: Trigger['bus']) =>
  triggerRuleName(ports.stage, SPACE, 'report', bus);
const rules = async (ports: MemoryPorts) =>
  (await ports.rules.list()).map(({ name, pattern, enabled }) => ({ name, pattern, enabled }));
const ruleOf = (ports: MemoryPorts, { bus, pattern }: Trigger) => ({
  name: nameOn(ports, bus),
  pattern: JSON.stringify(pattern),
  enabled: true,
});
const triggeredOf = async (ports: MemoryPorts) => {
  const { conditions } = (await ports.jobs.get(SPACE, 'report')).status;
  const found = conditions.find(({ type }) => type === 'Triggered');
  return found && `${found.status} ${found.reason}`;
};

describe('create-trigger', () => {
  it('creates the rule and sets the condition Triggered', async () => {
    const ports = world();
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
    const ports = world();
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
    const ports = world();
    await put(ports, S3);
    await put(ports, SHOP);
    expect(await rules(ports)).toEqual([ruleOf(ports, SHOP)]);
  });

  it('counts against the rules of the default bus alone', async () => {
    const counted = async (trigger: Trigger) => {
      const ports = world();
      await put(ports, trigger);
      await round(ports);
      return ports.metrics.take('catch-up');
    };
    expect(await counted(S3)).toMatchObject({ RulesUsed: 1 });
    expect(await counted(SHOP)).toMatchObject({ RulesUsed: 0 });
  });

  it('is idempotent', async () => {
    const ports = world();
    await put(ports, S3);
    const { writes } = ports.rules;
    await put(ports, S3);
    expect(ports.rules.writes).toBe(writes);
  });

  it('rejects what the stage does not allow, and writes nothing', async () => {
    const ports = world();
    const refused = put(ports, { bus: 'default', pattern: { source: ['aws.sqs'] } });
    await expect(refused).rejects.toThrow(DomainError);
    await expect(refused).rejects.toThrow('pattern.source');
    expect(await rules(ports)).toEqual([]);
    expect(ports.jobs.stored('report')).not.toHaveProperty('spec.trigger');
  });

  it('of a job with a schedule leaves its rules alone', async () => {
    const ports = world();
    await create(ports);
    await createTrigger(ports, { space: SPACE, job: 'nightly', trigger: S3 });
    expect(ports.rules.stored.size).toBe(2);
    await deleteTrigger(ports, { space: SPACE, job: 'nightly' });
    expect([...ports.rules.stored.values()]).toMatchObject([{ expression: 'cron(0 * * * ? *)' }]);
  });

  it('sets NoRoom where no more rules fit, and retries every hour', async () => {
    const ports = { ...world(), stage: { ...world().stage, maxRules: 0 } };
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
    const ports = { ...world(), stage: { ...world().stage, maxRules: 0 } };
    await put(ports, SHOP);
    expect(await triggeredOf(ports)).toBe('True Active');
  });

  it('is completed by the next reconcile where EventBridge was unreachable', async () => {
    const ports = world();
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
    const ports = world();
    await put(ports, SHOP);
    await deleteTrigger(ports, { space: SPACE, job: 'report' });
    expect(await rules(ports)).toEqual([]);
    expect(await triggeredOf(ports)).toBeUndefined();
  });

  it('rejects a job without a trigger', async () => {
    await expect(deleteTrigger(world(), { space: SPACE, job: 'report' })).rejects.toThrow('has no trigger');
  });
});

describe('the reconcile', () => {
  it('activates a trigger that kubectl set', async () => {
    const ports = world(S3);
    expect(await round(ports)).toEqual({ synced: 1 });
    expect(await rules(ports)).toEqual([ruleOf(ports, S3)]);
  });

  it('sets the reason on a trigger that the stage does not allow', async () => {
    const ports = world({ bus: 'default', pattern: { source: ['aws.sqs'] } });
    await round(ports);
    expect(await rules(ports)).toEqual([]);
    expect(await triggeredOf(ports)).toBe('False NotAllowed');
  });

  it('sets the reason on a pattern that EventBridge rejects, and creates no rule', async () => {
    const ports = world({ bus: 'default', pattern: { source: ['aws.s3'], id: [{ like: 'a' }] } });
    await round(ports);
    expect(await rules(ports)).toEqual([]);
    expect(await triggeredOf(ports)).toBe('False NotAllowed');
  });

  it('removes the rule where the stage no longer allows it', async () => {
    const ports = world();
    await put(ports, S3);
    const stricter = { ...ports, stage: { ...ports.stage, sources: {} } };
    await round(stricter);
    expect(await rules(ports)).toEqual([]);
    expect(await triggeredOf(ports)).toBe('False NotAllowed');
  });

  it.each([
    ['was removed', (ports: MemoryPorts, name: string) => ports.rules.stored.delete(name)],
    [
      'was disabled',
      (ports: MemoryPorts, name: string) =>
        ports.rules.stored.set(name, { ...stored(ports, name), enabled: false }),
    ],
    [
      'has another pattern',
      (ports: MemoryPorts, name: string) =>
        ports.rules.stored.set(name, { ...stored(ports, name), pattern: '{"source":["aws.ec2"]}' }),
    ],
  ])('repairs a rule that %s', async (_, spoil) => {
    const ports = world();
    await put(ports, S3);
    spoil(ports, nameOn(ports, 'default'));
    await round(ports);
    expect(await rules(ports)).toEqual([ruleOf(ports, S3)]);
  });

  it.each(['default', 'service'] as const)(
    'removes the rule on bus %s of a job that is gone',
    async (bus) => {
      const ports = world();
      await put(ports, bus === 'default' ? S3 : SHOP);
      ports.jobs.remove('report');
      expect(await round(ports)).toEqual({ rulesRemoved: 1 });
      expect(await rules(ports)).toEqual([]);
    },
  );
});

it('suspending a job suspends its trigger, and resuming restores it', async () => {
  const ports = world();
  await put(ports, S3);
  await suspendJob(ports, { space: SPACE, job: 'report', suspend: true });
  expect(await rules(ports)).toEqual([]);
  await suspendJob(ports, { space: SPACE, job: 'report', suspend: false });
  expect(await rules(ports)).toEqual([ruleOf(ports, S3)]);
});

it('deleting a job removes the rule of its trigger', async () => {
  const ports = world();
  await put(ports, SHOP);
  await deleteJob(ports, { space: SPACE, job: 'report' });
  expect(await rules(ports)).toEqual([]);
});

it('creating a job with a trigger that is not allowed creates no job', async () => {
  const ports = contextOf();
  await expect(create(ports, { trigger: S3 })).rejects.toThrow('trigger.pattern');
  expect(ports.jobs.writes).toBe(0);
});

const stored = (ports: MemoryPorts, name: string) => {
  const rule = ports.rules.stored.get(name);
  if (rule === undefined) throw new Error(`There is no rule ${name}.`);
  return rule;
};
