import { outOfReach, timeLimit } from '../retry.ts';
import { type JsonService, jsonCall, type Refusal } from './json-call.ts';

export type LogGroup = Pick<JsonService, 'region' | 'endpoint' | 'credentials'> & { readonly name: string };

/** One operation of a log group, by its name and its members beside the group. */
export type Call = (operation: string, members: object) => Promise<unknown>;

/**
 * Creates a client of a log group. `withinMs`: deadline of all calls. Calls only read, so each is retried while it is
 * throttled or gets no response. Throws `unavailable` at the deadline; any other error of AWS is one of the deployment.
 */
export function callsOn({ name, ...place }: LogGroup, withinMs: number): Call {
  const end = timeLimit(withinMs);
  const service = {
    ...place,
    ...{ service: 'logs', target: 'Logs_20140328', retryableCodes: ['LimitExceededException'] },
  };
  const retry = {
    policy: { totalMs: withinMs, firstWaitMs: 100 },
    unavailable: outOfReach('CloudWatch Logs'),
    end,
  };
  return async (operation, members) => {
    const reason = ({ code, message }: Refusal) => `${operation} on log group "${name}": ${code}: ${message}`;
    const refused = (refusal: Refusal) => new Error(reason(refusal));
    const body = { logGroupName: name, ...members };
    return JSON.parse(await jsonCall(service, operation, body, { retry, refused, reason }));
  };
}
