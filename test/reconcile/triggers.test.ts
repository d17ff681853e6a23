import { describe, expect, it } from '@jest/globals';
import type { MemoryPorts } from '../support/memory-ports.ts';
import { round } from '../support/reconcile-context.ts';
import { nameOn, portsWith, put, ruleOf, rules, S3, SHOP, triggeredOf } from '../support/triggers.ts';

describe('the reconcile of triggers', () => {
  it('activates a trigger that kubectl set', async () => {
    const ports = portsWith(S3);
    expect(await round(ports)).toEqual({ synced: 1 });
    expect(await rules(ports)).toEqual([ruleOf(ports, S3)]);
  });

  it('sets the reason on a trigger that the stage does not allow', async () => {
    const ports = portsWith({ bus: 'default', pattern: { source: ['aws.sqs'] } });
    await round(ports);
    expect(await rules(ports)).toEqual([]);
    expect(await triggeredOf(ports)).toBe('False NotAllowed');
  });

  it('sets the reason on a pattern that EventBridge rejects, and creates no rule', async () => {
    const ports = portsWith({ bus: 'default', pattern: { source: ['aws.s3'], id: [{ like: 'a' }] } });
    await round(ports);
    expect(await rules(ports)).toEqual([]);
    expect(await triggeredOf(ports)).toBe('False NotAllowed');
  });

  it('removes the rule where the stage no longer allows it', async () => {
    const ports = portsWith();
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
    const ports = portsWith();
    await put(ports, S3);
    spoil(ports, nameOn(ports, 'default'));
    await round(ports);
    expect(await rules(ports)).toEqual([ruleOf(ports, S3)]);
  });

  it.each(['default', 'service'] as const)(
    'removes the rule on bus %s of a job that is gone',
    async (bus) => {
      const ports = portsWith();
      await put(ports, bus === 'default' ? S3 : SHOP);
      ports.jobs.remove('report');
      expect(await round(ports)).toEqual({ rulesRemoved: 1 });
      expect(await rules(ports)).toEqual([]);
    },
  );
});

const stored = (ports: MemoryPorts, name: string) => {
  const rule = ports.rules.stored.get(name);
  if (rule === undefined) throw new Error(`There is no rule ${name}.`);
  return rule;
};
