import * as v from 'valibot';
import type { CloudFormationResponses, Log } from '../platform/observability.ts';
import type { InvocationContext } from './async-handler.ts';

/** Reserved at the end of an invocation, in ms, for the response to CloudFormation. */
const RESPONSE_MS = 15_000;

/** Reserved before that, in ms, for `run` to tell the error of its last call. */
const ERROR_MS = 1_000;

type StackPorts = { readonly answers: CloudFormationResponses; readonly log: Log };

/** Advice after a failure; CloudFormation shows it as the reason of the stack. */
const ADVICE = 'Remove the rules with `npm run purge-rules -- --stage STAGE`, then remove the stack again.';

/**
 * Handler of a custom resource that acts on `Delete` alone. It always responds, since CloudFormation waits an hour for a
 * response: with FAILED if `run` throws or exceeds the time limit. A retry responds again, which CloudFormation ignores.
 */
export const customResourceHandler =
  <W extends StackPorts>(
    ports: (withinMs: number) => W,
    { verb, run }: { readonly verb: string; readonly run: (live: W) => Promise<object> },
  ) =>
  async (event: unknown, context: InvocationContext): Promise<void> => {
    const { ResponseURL: url, ...request } = v.parse(StackEvent, event);
    const withinMs = context.getRemainingTimeInMillis() - RESPONSE_MS;
    const live = ports(withinMs - ERROR_MS);
    const { StackId, RequestId, LogicalResourceId, PhysicalResourceId = verb } = request;
    const work = request.RequestType === 'Delete' ? run(live) : Promise.resolve({});
    const outcome = await Promise.race([work.then(done, failed), timeUp(withinMs)]);
    live.log(outcome.Status === 'SUCCESS' ? 'info' : 'error', verb, {
      request: request.RequestType,
      ...outcome,
    });
    await live.answers.send(url, {
      StackId,
      RequestId,
      LogicalResourceId,
      PhysicalResourceId,
      Status: outcome.Status,
      ...(outcome.Status === 'FAILED' ? { Reason: `${outcome.why} ${ADVICE}` } : {}),
    });
  };

type Outcome =
  | { readonly Status: 'SUCCESS'; readonly outcome: object }
  | { readonly Status: 'FAILED'; readonly why: string };

const done = (outcome: object): Outcome => ({ Status: 'SUCCESS', outcome });

const failed = (error: unknown): Outcome => ({
  Status: 'FAILED',
  why: error instanceof Error ? error.message : String(error),
});

const timeUp = (ms: number): Promise<Outcome> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms, {
      Status: 'FAILED',
      why: 'The time limit was reached before all rules were removed.',
    }).unref();
  });

const Text = v.pipe(v.string(), v.minLength(1));

/**
 * Request of CloudFormation to a custom resource; other fields are ignored. `ResponseURL` is presigned: its holder can
 * respond, so it is never logged.
 */
const StackEvent = v.object({
  RequestType: v.picklist(['Create', 'Update', 'Delete']),
  ResponseURL: v.pipe(v.string(), v.url()),
  StackId: Text,
  RequestId: Text,
  LogicalResourceId: Text,
  PhysicalResourceId: v.optional(Text),
});
