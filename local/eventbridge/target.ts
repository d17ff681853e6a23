import * as v from 'valibot';
import { invalidArn, validationError } from './errors.ts';
import { checkPath, checkTemplate, renderTemplate, valueAt } from './input.ts';
import { Arn, Name, textOf } from './request.ts';

/** Target of PutTargets. Members that delivery does not read (the retry policy) are kept and listed. */
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

/** Throws ValidationException for an input that could fail at delivery. */
export function checkTarget({ Id, Arn: arn, Input, InputPath, InputTransformer }: Target): void {
  if (!ARN.test(arn)) throw invalidArn(arn);
  const inputs = [Input, InputPath, InputTransformer].filter((input) => input !== undefined);
  if (inputs.length > 1) {
    throw validationError(
      `Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`,
    );
  }
  if (Input !== undefined && !isJson(Input))
    throw validationError(`JSON syntax error in input for target ${Id}.`);
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

/** Rule that received the event. */
type Of = { readonly name: string; readonly arn: string };

type Predefined = (event: unknown, rule: Of) => unknown;

/** Predefined variables of templates that are supported (User Guide, "Input transformation"). */
const PREDEFINED: ReadonlyMap<string, Predefined> = new Map<string, Predefined>([
  ['aws.events.event.json', (event) => event],
  ['aws.events.rule-name', (_, { name }) => name],
  ['aws.events.rule-arn', (_, { arn }) => arn],
]);

/** Input of a target: a constant, a part of the event, a rendered template, or the whole event. */
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
