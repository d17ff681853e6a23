import * as v from 'valibot';
import { type Bus, type Rule, replaceRule, ruleNamed } from './bus.ts';
import { notAnArn } from './refusal.ts';
import { Arn, listOf, parse, Tags, textOf } from './request.ts';

const OfResource = { ResourceARN: Arn };

/** The rule of an ARN; only rules have tags here. */
function ruleByArn(bus: Bus, arn: string): Rule {
  const [, name] = /^arn:aws:events:[^:]+:\d+:rule\/([^/]+)$/.exec(arn) ?? [];
  if (name === undefined) throw notAnArn(arn);
  return ruleNamed(bus, name);
}

const TagResource = v.object({ ...OfResource, Tags });

export function tagResource(bus: Bus, body: unknown) {
  const request = parse(TagResource, body);
  const rule = ruleByArn(bus, request.ResourceARN);
  const tags = new Map([...rule.tags, ...request.Tags.map(({ Key, Value }) => [Key, Value] as const)]);
  replaceRule(bus, { ...rule, tags });
  return {};
}

const UntagResource = v.object({ ...OfResource, TagKeys: listOf(textOf(1, 128), 0, 200) });

export function untagResource(bus: Bus, body: unknown) {
  const { ResourceARN, TagKeys } = parse(UntagResource, body);
  const rule = ruleByArn(bus, ResourceARN);
  replaceRule(bus, { ...rule, tags: new Map([...rule.tags].filter(([key]) => !TagKeys.includes(key))) });
  return {};
}

const ListTagsForResource = v.object(OfResource);

export function listTagsForResource(bus: Bus, body: unknown) {
  const { ResourceARN } = parse(ListTagsForResource, body);
  return { Tags: [...ruleByArn(bus, ResourceARN).tags].map(([Key, Value]) => ({ Key, Value })) };
}
