import { DomainError } from '../../lib/domain/errors.ts';
import type { RuleRecord, Rules } from '../../lib/ports.ts';

/** A bus in memory. A test plays AWS: it says what stands in the way. */
export type MemoryRules = Rules & {
  /** How many rules fit on the bus, whoever made them. */
  setLimit(most: number): void;
  setOutOfReach(is: boolean): void;
  /** Every name is taken by a rule of somebody else. */
  setForeign(is: boolean): void;
  /** Puts a rule there, past every check; `undefined` takes it away. */
  edit(name: string, rule: Partial<RuleRecord> | undefined): void;
};

/** An empty bus. */
export function memoryRules(): MemoryRules {
  const rules = new Map<string, RuleRecord>();
  let most = 300;
  let outOfReach = false;
  let foreign = false;
  const reach = (): void => {
    if (outOfReach) throw new DomainError('unavailable', 'EventBridge is out of reach (test). Try again.');
  };
  return {
    setLimit: (limit) => {
      most = limit;
    },
    setOutOfReach: (is) => {
      outOfReach = is;
    },
    setForeign: (is) => {
      foreign = is;
    },
    edit: (name, rule) => {
      if (rule === undefined) rules.delete(name);
      else rules.set(name, { name, expression: '', enabled: true, ...rules.get(name), ...rule });
    },
    list: async () => {
      reach();
      return [...rules.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
    },
    put: async ({ name, expression }) => {
      reach();
      if (foreign) return 'notOurs';
      const old = rules.get(name);
      if (old?.expression === expression && old.enabled) return 'kept';
      if (old === undefined && rules.size >= most) return 'full';
      rules.set(name, { name, expression, enabled: true });
      return 'made';
    },
    remove: async (name) => {
      reach();
      if (foreign) return 'notOurs';
      return rules.delete(name) ? 'removed' : 'notThere';
    },
  };
}
