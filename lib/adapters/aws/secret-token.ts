import * as v from 'valibot';
import { DomainError } from '../../domain/errors.ts';
import { timeLimit } from '../time-limit.ts';
import { type JsonService, jsonCall, refusalIn, Unanswered } from './json-call.ts';

/** How long the answer may take, in ms. It is asked for once in ten minutes, before the first call of an invocation. */
const REQUEST_MS = 3_000;

export type TokenSecret = Pick<JsonService, 'region' | 'endpoint' | 'credentials'> & {
  /** Name of the secret, whose whole text is the token. */
  readonly name: string;
};

const Found = v.object({ SecretString: v.pipe(v.string(), v.trim(), v.minLength(1)) });

/**
 * Reads a bearer token from Secrets Manager, as it stands now: one that was rotated is found by asking again. Throws
 * `unavailable` when Secrets Manager gives no answer or says "not now"; any other refusal is a fault of the deployment,
 * told by its code and the secret's name.
 */
export async function secretToken({ name, ...where }: TokenSecret): Promise<string> {
  const service = { ...where, service: 'secretsmanager', target: 'secretsmanager' };
  const limit = timeLimit(REQUEST_MS);
  const answer = await jsonCall(service, 'GetSecretValue', { SecretId: name }, limit).catch(
    (error: unknown) => {
      throw error instanceof Unanswered ? outOfReach(error.message) : error;
    },
  );
  if (answer.status === 200) return tokenIn(name, answer.text);
  const { code } = refusalIn(answer) ?? { code: `an answer of ${answer.status} that is no JSON` };
  if (answer.status >= 500 || code.startsWith('Throttling')) throw outOfReach(code);
  throw new Error(`Secrets Manager refused the secret "${name}": ${code}`);
}

const outOfReach = (why: string): DomainError =>
  new DomainError('unavailable', `Secrets Manager is out of reach (${why}). Try again.`);

/** Nothing of the answer is repeated: it may hold another secret. */
function tokenIn(name: string, text: string): string {
  const found = v.safeParse(v.pipe(v.string(), v.parseJson(), Found), text);
  if (found.success) return found.output.SecretString;
  throw new Error(`The secret "${name}" holds no text. Put the token there, and nothing else.`);
}
