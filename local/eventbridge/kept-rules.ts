import * as v from 'valibot';
import type { Codec } from '../data/data.ts';
import type { Rule } from './bus.ts';
import { parseExpression } from './expression.ts';
import { parseRulePattern } from './pattern.ts';
import { Target } from './target.ts';

const Kept = v.object({
  name: v.string(),
  arn: v.string(),
  bus: v.string(),
  expression: v.optional(v.string()),
  patternText: v.optional(v.string()),
  state: v.string(),
  description: v.optional(v.string()),
  roleArn: v.optional(v.string()),
  since: v.pipe(
    v.string(),
    v.isoTimestamp(),
    v.transform((time) => new Date(time)),
  ),
  tags: v.array(v.tuple([v.string(), v.string()])),
  targets: v.array(Target),
});

/** Rule without what is parsed from its texts. */
export const RULE: Codec<Rule> = {
  encode: ({ schedule: _, pattern: __, since, tags, targets, ...rule }) => ({
    ...rule,
    since: since.toISOString(),
    tags: [...tags],
    targets: [...targets.values()],
  }),
  decode: (kept) => {
    const { expression, patternText, description, roleArn, ...rule } = v.parse(Kept, kept);
    return {
      ...rule,
      ...{ expression, patternText, description, roleArn },
      schedule: expression === undefined ? undefined : parseExpression(expression),
      pattern: patternText === undefined ? undefined : parseRulePattern(patternText),
      tags: new Map(rule.tags),
      targets: new Map(rule.targets.map((target) => [target.Id, target])),
    };
  },
};
