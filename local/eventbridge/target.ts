import * as v from 'valibot';
import { checkPath, checkTemplate, renderTemplate, valueAt } from './input.ts';
import { invalid, notAnArn } from './refusal.ts';
import { Arn, Name, textOf } from './request.ts';

/** A target as PutTargets takes it. What the delivery does not read (the retry policy) is kept and shown. */
export const Target = v.looseObject({
  Id: Name,
  Arn,
  Input: v.optional(textOf(0, 8192)),
  InputPath: v.optional(textOf(0, 256)),
  DeadLetterConfig: v.optional(v.looseObject({ Arn: v.optional(Arn) })),
  InputTransformer: v.optional(
    v.object({
      InputPathsMap: v.optional(v.record(v.string(), textOf(0, 256))),
      InputTemplate: textOf(1, 8192),
    }),
  ),
});

export type Target = v.InferOutput<typeof Target>;

const ARN = /^arn:[\w-]+:[\w-]+:[\w-]*:\d*:\S+$/;

/** Throws what AWS refuses when a target is put, so that no delivery can fail on its input. */
export function checkTarget({ Id, Arn: arn, Input, InputPath, InputTransformer }: Target): void {
  if (!ARN.test(arn)) throw notAnArn(arn);
  const inputs = [Input, InputPath, InputTransformer].filter((input) => input !== undefined);
  if (inputs.length > 1) {
    throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`);
  }
  if (Input !== undefined && !isJson(Input)) throw invalid(`JSON syntax error in input for target ${Id}.`);
  if (InputPath !== undefined) checkPath(InputPath, Id);
  if (InputTransformer === undefined) return;
  const { InputPathsMap = {}, InputTemplate } = InputTransformer;
  for (const path of Object.values(InputPathsMap)) checkPath(path, Id);
  checkTemplate(InputTemplate, new Set([...Object.keys(InputPathsMap), ...PREDEFINED.keys()]), Id);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The rule that an event came to. */
type Of = { readonly name: string; readonly arn: string };

type Predefined = (event: unknown, rule: Of) => unknown;

/** Variables that each template has (User Guide, "Input transformation", predefined variables); no others are served. */
const PREDEFINED: ReadonlyMap<string, Predefined> = new Map<string, Predefined>([
  ['aws.events.event.json', (event) => event],
  ['aws.events.rule-name', (_, { name }) => name],
  ['aws.events.rule-arn', (_, { arn }) => arn],
]);

/** What the target is given of an event: its own constant, a part of the event, a text made of parts, or all of it. */
export function inputOf({ Input, InputPath, InputTransformer }: Target, event: unknown, rule: Of): unknown {
  if (Input !== undefined) return JSON.parse(Input);
  if (InputPath !== undefined) return valueAt(event, InputPath);
  if (InputTransformer === undefined) return event;
  const { InputPathsMap = {}, InputTemplate } = InputTransformer;
  return renderTemplate(InputTemplate, (name) => {
    const path = InputPathsMap[name];
    return path === undefined ? PREDEFINED.get(name)?.(event, rule) : valueAt(event, path);
  });
}
