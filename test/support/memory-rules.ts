import { AwsRefusal, DomainError } from '../../lib/platform/errors.ts';
import { isRuleName, type Stage } from '../../lib/schedules/rule-names.ts';
import type { JobRule, Rules } from '../../lib/schedules/rules.ts';
import { AwsError } from '../../local/aws-error.ts';
import { parseRulePattern } from '../../local/eventbridge/pattern.ts';

/** Rule as stored on the bus. A foreign one has no job. */
type MemoryRule = {
  readonly expression?: string;
  readonly pattern?: string;
  readonly enabled: boolean;
} & (Pick<JobRule, 'space' | 'job'> | { readonly foreign: true });

/** A bus in memory. A test may set its limit and refusals, put it out of reach, and edit its rules as others do. */
export type MemoryRules = Rules & {
  /** Rules by name. */
  readonly stored: Map<string, MemoryRule>;
  /** Limit of rules on the bus, foreign ones included. */
  busLimit: number;
  /** Makes every call throw `unavailable` from now on. */
  outOfReach: boolean;
  /** Refusal of a rule by the bus, beside those of its pattern; none by default. */
  refuses: (rule: JobRule) => AwsRefusal | undefined;
  /** Number of rules created, repaired or removed. */
  readonly writes: number;
};

/** Default quota of rules on a bus. */
const BUS_LIMIT = 300;

/** A bus without rules. */
export function memoryRules(stage: Stage): MemoryRules {
  const stored = new Map<string, MemoryRule>();
  let writes = 0;
  const rules: MemoryRules = {
    stored,
    busLimit: BUS_LIMIT,
    outOfReach: false,
    refuses: () => undefined,
    get writes() {
      return writes;
    },

    async list() {
      reach();
      return [...stored]
        .filter(([name]) => isRuleName(stage, name))
        .map(([name, { expression, pattern, enabled }]) => ({ name, expression, pattern, enabled }));
    },
    async put({ name, space, job, ...what }) {
      reach();
      refuse({ name, space, job, ...what });
      const found = stored.get(name);
      if (found !== undefined && !isOf(found, space, job)) return 'notOurs';
      const wanted = { expression: undefined, pattern: undefined, ...what };
      const isIt = found?.expression === wanted.expression && found?.pattern === wanted.pattern;
      if (found?.enabled && isIt) return 'kept';
      if (found === undefined && stored.size >= rules.busLimit) return 'full';
      stored.set(name, { ...what, enabled: true, space, job });
      writes += 1;
      return 'made';
    },
    async check(rule) {
      reach();
      refuse(rule);
    },
    async remove(name) {
      reach();
      const found = stored.get(name);
      if (found === undefined) return isRuleName(stage, name) ? 'notThere' : 'notOurs';
      if ('foreign' in found || !isRuleName(stage, name)) return 'notOurs';
      stored.delete(name);
      writes += 1;
      return 'removed';
    },
  };
  function reach(): void {
    if (rules.outOfReach)
      throw new DomainError('unavailable', 'EventBridge is out of reach (ECONNREFUSED). Try again.');
  }
  function refuse(rule: JobRule): void {
    const refusal = rules.refuses(rule);
    if (refusal !== undefined) throw refusal;
    try {
      if ('pattern' in rule) parseRulePattern(rule.pattern);
    } catch (error) {
      if (error instanceof AwsError) throw new AwsRefusal('refused', error.code, error.message);
      throw error;
    }
  }
  return rules;
}

const isOf = (rule: MemoryRule, space: string, job: string): boolean =>
  !('foreign' in rule) && rule.space === space && rule.job === job;
