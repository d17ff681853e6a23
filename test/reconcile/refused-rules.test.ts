import { describe, expect, it } from '@jest/globals';
import { AwsRefusal, DomainError } from '../../lib/platform/errors.ts';
import type { JobRule } from '../../lib/schedules/rules.ts';
import { type MemoryPorts, SPACE } from '../support/memory-ports.ts';
import { at, contextOf, create, HOURLY, round, statusOf } from '../support/reconcile-context.ts';
import { S3 } from '../support/triggers.ts';

const SOURCES = { '*': { default: ['aws.s3'], service: ['shop.*'] } };

/** Codes with which EventBridge may refuse a rule, of the EventBridge API and of those common to all of AWS. */
const CODES = [
  'InvalidEventPatternException',
  'ValidationException',
  'ManagedRuleException',
  'ResourceNotFoundException',
  'LimitExceededException',
  'OperationDisabledException',
  'AccessDeniedException',
  'ExpiredTokenException',
  'UnrecognizedClientException',
  'NobodyKnowsThisOneException',
];

const refusal = (code: string) => new AwsRefusal('EventBridge refused PutRule', code, 'in the words of AWS');
const isTrigger = (rule: JobRule) => 'pattern' in rule;

/** A bus that refuses some rules. */
const refusing = (code: string, refuses: (rule: JobRule) => boolean): MemoryPorts => {
  const ports = contextOf({}, [], SOURCES);
  ports.rules.refuses = (rule) => (refuses(rule) ? refusal(code) : undefined);
  return ports;
};
const conditionOf = async (ports: MemoryPorts) =>
  (await statusOf(ports)).conditions.find(({ type }) => type === 'Triggered');
/** The next minutes, one reconcile each; the last minute's counts. */
async function minutes(ports: MemoryPorts, ...times: readonly string[]) {
  const counts: Readonly<Record<string, number>>[] = [];
  for (const time of times) {
    ports.setClock(at(time));
    counts.push(await round(ports));
  }
  return counts.at(-1);
}
/** A job whose trigger and schedule kubectl wrote. */
async function applied(ports: MemoryPorts) {
  const job = await create(ports, { schedule: undefined });
  await ports.jobs.change(job, { schedule: HOURLY, trigger: S3 });
}

describe.each(CODES)('a trigger whose rule EventBridge refuses with %s', (code) => {
  it('holds back neither a schedule of the job nor what is set later', async () => {
    const ports = refusing(code, isTrigger);
    await applied(ports);
    expect(await minutes(ports, '12:01:30')).toEqual({ synced: 1 });
    expect((await statusOf(ports)).schedule).toMatchObject({ cron: HOURLY.cron, driver: 'rules' });

    const job = await ports.jobs.get(SPACE, 'nightly');
    await ports.jobs.change(job, { schedule: { cron: '30 13 * * *', timeZone: 'UTC' } });
    expect(await minutes(ports, '12:02:30', '12:03:30')).toEqual({});
    expect((await statusOf(ports)).schedule).toMatchObject({ cron: '30 13 * * *', driver: 'rules' });
    expect(await minutes(ports, '13:32:30')).toMatchObject({ started: 1 });
  });

  it('is noted on the job, and its rule is made within an hour after the refusal ended', async () => {
    const ports = refusing(code, isTrigger);
    await applied(ports);
    await minutes(ports, '12:01:30');
    expect(await conditionOf(ports)).toMatchObject({
      status: 'False',
      message: expect.stringMatching(/in the words of AWS|operators of the stage/),
    });
    ports.rules.refuses = () => undefined;
    for (let minute = 2; minute < 62; minute += 1) {
      ports.setClock(new Date(at('12:00:30').getTime() + minute * 60_000));
      await round(ports);
    }
    expect(await conditionOf(ports)).toMatchObject({ status: 'True' });
  });

  it('is refused by the API before anything is written, or noted on the job where its author can do nothing', async () => {
    const ports = refusing(code, isTrigger);
    const ofStage = /AccessDenied|Expired|Unrecognized|LimitExceeded/.test(code);
    const asked = create(ports, { schedule: undefined, trigger: S3 });
    if (ofStage) {
      await asked;
      expect(await conditionOf(ports)).toMatchObject({ status: 'False', reason: 'Refused' });
    } else {
      await expect(asked).rejects.toMatchObject({ kind: 'invalid' });
      await expect(asked).rejects.toThrow(/^trigger\.(pattern|bus): .*in the words of AWS/);
      await expect(statusOf(ports)).rejects.toThrow(DomainError);
    }
    expect(ports.rules.stored.size).toBe(0);
  });
});

describe.each(CODES)('a schedule whose rule EventBridge refuses with %s', (code) => {
  it('runs by polling, and holds back no trigger', async () => {
    const ports = refusing(code, (rule) => !isTrigger(rule));
    await create(ports, { trigger: S3 });
    expect(await statusOf(ports)).toMatchObject({
      schedule: { driver: 'polling' },
      trigger: { active: true },
    });
    expect(await minutes(ports, '13:00:30')).toMatchObject({ started: 1 });
  });
});

describe('a job whose rules EventBridge refuses to remove', () => {
  it('is changed and deleted all the same, and the reconcile goes on trying', async () => {
    const ports = contextOf({}, [], SOURCES);
    await create(ports, { trigger: S3 });
    const { remove } = ports.rules;
    ports.rules.remove = async (name) => {
      if (ports.rules.stored.has(name)) throw refusal('ManagedRuleException');
      return remove(name);
    };
    const job = await ports.jobs.get(SPACE, 'nightly');
    await ports.jobs.change(job, { trigger: null, schedule: { cron: '30 * * * *', timeZone: 'UTC' } });
    expect(await minutes(ports, '12:01:30')).toEqual({ synced: 1, errors: 1 });
    expect((await statusOf(ports)).schedule).toMatchObject({ cron: '30 * * * *' });
    ports.rules.remove = remove;
    expect(await minutes(ports, '12:02:30')).toMatchObject({ rulesRemoved: 1 });
  });
});

describe('rules that EventBridge refuses to list', () => {
  it('leave the reconcile its other work: due jobs run', async () => {
    const ports = contextOf();
    await create(ports);
    ports.rules.list = async () => {
      throw refusal('AccessDeniedException');
    };
    expect(await minutes(ports, '13:02:30')).toMatchObject({ started: 1 });
    expect(ports.metrics.take()).toMatchObject({ RulesRefused: 1, ReconcileCompleted: 1 });
  });
});

describe('the metrics', () => {
  it('count refused rules, but not those of patterns, which their authors fix', async () => {
    const counted = async (code: string) => {
      const ports = refusing(code, isTrigger);
      await applied(ports);
      ports.metrics.take();
      await minutes(ports, '12:01:30');
      return ports.metrics.take();
    };
    expect(await counted('ManagedRuleException')).toMatchObject({ RulesRefused: 1, ReconcileErrors: 0 });
    expect(await counted('InvalidEventPatternException')).not.toHaveProperty('RulesRefused');
  });

  it('count the errors of a reconcile', async () => {
    const ports = contextOf();
    await create(ports);
    ports.setClock(at('13:02:30'));
    ports.jobs.get = async () => {
      throw new Error('a bug');
    };
    ports.jobs.find = ports.jobs.get;
    const { errors = 0 } = await round(ports);
    expect(errors).toBeGreaterThan(0);
    expect(ports.metrics.take()).toMatchObject({ ReconcileErrors: errors });
  });
});
