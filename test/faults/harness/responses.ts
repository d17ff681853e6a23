import { isRecord } from '../../../local/kubernetes/object.ts';
import { outsideDocument } from '../../support/openapi.ts';
import type { RawAnswer } from './api.ts';
import type { Environment } from './environment.ts';
import { difference, type State } from './state.ts';

/** A problem repeats a part of what was sent, and no more. */
const MAX_PROBLEM_LENGTH = 32 * 1024;

/** Values that must not be in a response or a log. */
export type Secrets = { readonly ofOthers: string; readonly ofEnvironment: string };

/** State of an environment before or after a request. */
export type Observation = {
  readonly revision: number;
  readonly rules: readonly unknown[];
  readonly state: State;
};

export async function lookAt(environment: Environment): Promise<Observation> {
  const state = await environment.state();
  const rules = [...environment.buses.byName.values()].flatMap((bus) => [...bus.rules.values()]);
  return { revision: environment.cluster.revision(), rules, state };
}

/** True if nothing was written, not even the same value again. */
export const isUntouched = (before: Observation, after: Observation): boolean =>
  before.revision === after.revision &&
  before.rules.length === after.rules.length &&
  before.rules.every((rule, index) => rule === after.rules[index]);

/** Violations in a response of the HTTP API to any request. */
export function mistakesOf(
  answer: RawAnswer,
  [before, after]: readonly [Observation, Observation],
  logged: readonly string[],
  { ofOthers, ofEnvironment }: Secrets,
): readonly string[] {
  const { method, path, status, body, why } = answer;
  const isRefusal = status >= 400;
  const log = logged.join('\n');
  return [
    ...(status >= 500 || why.length > 0 ? [`${method} ${path} answered ${status}: ${why.join('\n')}`] : []),
    ...outsideDocument(answer),
    ...(isRefusal ? problemMistakes(answer) : []),
    ...((isRefusal || method === 'GET') && !isUntouched(before, after)
      ? [`${status} ${body}, and yet something was written:\n${difference(after.state, before.state)}`]
      : []),
    ...(body.includes(ofOthers) ? [`it shows what is another space's: ${body}`] : []),
    ...([ofOthers, ofEnvironment].some((secret) => log.includes(secret)) ? [`it is in the log: ${log}`] : []),
    ...(method === 'GET' || status === 404 || auditsOf(logged) === 1 ? [] : [`audit lines: ${log}`]),
  ];
}

const auditsOf = (logged: readonly string[]): number =>
  logged.filter((line) => isRecord(parsed(line)) && line.includes('"message":"audit"')).length;

/** A refusal says which field it means, and repeats little of it. */
function problemMistakes({ status, headers, body }: RawAnswer): readonly string[] {
  if (headers['content-type'] !== 'application/problem+json') return [];
  const problem = parsed(body);
  const errors = isRecord(problem) && Array.isArray(problem.errors) ? problem.errors.filter(isRecord) : [];
  const isReported = errors.every(({ field, message }) => String(field) !== '' && String(message).length > 3);
  // A field is repeated as it was spelt.
  const names = errors.flatMap(({ field }) => String(field).split('.'));
  const words = names.reduce((text, name) => text.replaceAll(name, ''), body);
  return [
    ...(body.length > MAX_PROBLEM_LENGTH ? [`a problem of ${body.length} characters`] : []),
    ...(status === 422 && (errors.length === 0 || !isReported) ? [`a 422 that names no field: ${body}`] : []),
    ...(/undefined|\[object|NaN/.test(words) ? [`words that nobody wrote: ${body}`] : []),
  ];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
