import * as v from 'valibot';
import { type Bus, type Buses, DEFAULT_BUS, getBus, getRule, type Rule, replaceRule } from './bus.ts';
import { invalidArn } from './errors.ts';
import { Arn, listOf, parse, Tags, textOf } from './request.ts';

const OfResource = { ResourceARN: Arn };

/** Rule with an ARN; only rules have tags here. */
function ruleByArn(buses: Buses, arn: string): { readonly bus: Bus; readonly rule: Rule } {
  const [, on = DEFAULT_BUS, name] = /^arn:aws:events:[^:]+:\d+:rule\/(?:([^/]+)\/)?([^/]+)$/.exec(arn) ?? [];
  if (name === undefined) throw invalidArn(arn);
  const bus = getBus(buses, on);
  return { bus, rule: getRule(bus, name) };
}

const TagResource = v.object({ ...OfResource, Tags });

export function tagResource(buses: Buses, body: unknown) {
  const request = parse(TagResource, body);
  const { bus, rule } = ruleByArn(buses, request.ResourceARN);
  const tags = new Map([...rule.tags, ...request.Tags.map(({ Key, Value }) => [Key, Value] as const)]);
  replaceRule(bus, { ...rule, tags });
  return {};
}

const UntagResource = v.object({ ...OfResource, TagKeys: listOf(textOf(1, 128), 0, 200) });

export function untagResource(buses: Buses, body: unknown) {
  const { ResourceARN, TagKeys } = parse(UntagResource, body);
  const { bus, rule } = ruleByArn(buses, ResourceARN);
  replaceRule(bus, { ...rule, tags: new Map([...rule.tags].filter(([key]) => !TagKeys.includes(key))) });
  return {};
}

const ListTagsForResource = v.object(OfResource);

export function listTagsForResource(buses: Buses, body: unknown) {
  const { ResourceARN } = parse(ListTagsForResource, body);
  return { Tags: [...ruleByArn(buses, ResourceARN).rule.tags].map(([Key, Value]) => ({ Key, Value })) };
}
