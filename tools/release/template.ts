import * as v from 'valibot';
import { type Parameter, SETTINGS, STAGE } from './parameters.ts';

/** Template as Serverless packages it. */
export const Packaged = v.looseObject({
  Resources: v.record(
    v.string(),
    v.looseObject({ Type: v.string(), Properties: v.optional(v.record(v.string(), v.unknown())) }),
  ),
  Outputs: v.record(v.string(), v.unknown()),
});

type Values = Readonly<Record<string, string>>;

/** Without a default, the operator must give a value. */
export type ParameterWithDefault = Parameter & { readonly Default?: string | number };

/** Setting or stage in a packaged template: letters alone, so that it fits wherever a value does. */
const placeholder = (name: string): string => `zq${name}qz`;
const PLACEHOLDERS = /zq([A-Za-z]+?)qz/g;

/** Stage that is packaged in place of the operator's. */
export const PACKAGED_STAGE = placeholder('stage');

/** Folder of the zips beside the template. */
export const ZIPS = 'functions';

/** Parts of the template that hold the zips of `serverless deploy`. */
const isDeployment = (id: string): boolean => id.startsWith('ServerlessDeploymentBucket');

/** Settings that become parameters where the others have these values. */
export const settingsOf = (fixed: Values): readonly string[] =>
  Object.entries(SETTINGS)
    .filter(([name]) => fixed[name] === undefined)
    .filter(([, { where = {} }]) => Object.entries(where).every(([name, value]) => fixed[name] === value))
    .map(([name]) => name);

/** Values that Serverless packages: those that are fixed, and a placeholder for each parameter. */
export const valuesToPackage = (fixed: Values): Values => ({
  ...fixed,
  ...Object.fromEntries(settingsOf(fixed).map((name) => [name, placeholder(name)])),
});

const nameOf = (setting: string): string => `${setting.slice(0, 1).toUpperCase()}${setting.slice(1)}`;

function parameterOf(setting: string, fallback: string): ParameterWithDefault {
  const found = SETTINGS[setting];
  if (found === undefined) throw new Error(`No parameter is described for ${setting}.`);
  const { isRequired = false, where: _, ...parameter } = found;
  if (isRequired) return parameter;
  return { ...parameter, Default: parameter.Type === 'Number' ? Number(fallback) : fallback };
}

/** Parameters for these settings, by their names in the template. `defaults`: of the settings in serverless.yml. */
export const parametersOf = (
  settings: readonly string[],
  defaults: Values,
): Readonly<Record<string, ParameterWithDefault>> =>
  Object.fromEntries([
    ['Stage', { ...STAGE, Default: 'prod' }],
    ...settings.map((setting) => [nameOf(setting), parameterOf(setting, defaults[setting] ?? '')]),
  ]);

/**
 * Template with parameters in place of the placeholders, which takes its zips from files beside it, as
 * `aws cloudformation package` reads them.
 */
export function releasedTemplate(
  packaged: v.InferOutput<typeof Packaged>,
  {
    version,
    parameters,
  }: { readonly version: string; readonly parameters: Readonly<Record<string, object>> },
): unknown {
  const { Resources, Outputs, ...rest } = withoutStageInIds(packaged);
  const resources = Object.entries(Resources)
    .filter(([id]) => !isDeployment(id))
    .map(([id, resource]) => [id, withLocalCode(resource)]);
  return withReferences({
    ...rest,
    Description: `Taskbridge ${version}`,
    Parameters: parameters,
    Resources: Object.fromEntries(resources),
    Outputs: Object.fromEntries(Object.entries(Outputs).filter(([id]) => !isDeployment(id))),
  });
}

/** Serverless puts the stage into the logical ids of rules with patterns. */
function withoutStageInIds(packaged: v.InferOutput<typeof Packaged>): v.InferOutput<typeof Packaged> {
  const ids = Object.keys(packaged.Resources).filter((id) => id.includes(PACKAGED_STAGE));
  let text = JSON.stringify(packaged);
  for (const id of ids) text = text.replaceAll(`"${id}"`, `"${id.replaceAll(PACKAGED_STAGE, '')}"`);
  return v.parse(Packaged, JSON.parse(text));
}

const LambdaFunction = v.looseObject({
  Type: v.literal('AWS::Lambda::Function'),
  Properties: v.looseObject({ Code: v.object({ S3Key: v.string() }) }),
});

function withLocalCode(resource: object): object {
  if (!v.is(LambdaFunction, resource)) return resource;
  const zip = resource.Properties.Code.S3Key.split('/').at(-1);
  return { ...resource, Properties: { ...resource.Properties, Code: `${ZIPS}/${zip}` } };
}

/** Replaces each placeholder by a reference to its parameter, inside `Fn::Sub` by a variable of it. */
function withReferences(value: unknown): unknown {
  if (typeof value === 'string') return referenceIn(value);
  if (Array.isArray(value)) return value.map((item) => withReferences(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === 'Fn::Sub' && typeof member === 'string' ? variablesIn(member) : withReferences(member),
    ]),
  );
}

const variablesIn = (text: string): string =>
  text.replace(PLACEHOLDERS, (_, setting: string) => `\${${nameOf(setting)}}`);

function referenceIn(text: string): unknown {
  const [found] = text.matchAll(PLACEHOLDERS);
  if (found === undefined) return text;
  const [whole, setting = ''] = found;
  // `${!` is a dollar and a brace.
  return whole === text ? { Ref: nameOf(setting) } : { 'Fn::Sub': variablesIn(text.replaceAll('${', '${!')) };
}
