import * as v from 'valibot';
import type { CloudFormationResponses, Log } from '../platform/observability.ts';
import type { Remaining } from './async-handler.ts';

/** Kept of an invocation's time, in ms, for the answer to CloudFormation. */
const ANSWER_MS = 15_000;

type StackPorts = { readonly answers: CloudFormationResponses; readonly log: Log };

/** What to do now when the work failed; CloudFormation shows it as the stack's reason. */
const WHAT_NOW = 'Remove the rules with `npm run purge-rules -- --stage STAGE`, then remove the stack again.';

/**
 * The handler of a custom resource that does its work when the stack is removed, and nothing before. CloudFormation
 * waits an hour for one that does not answer: so it is answered whatever happens, also when time is up, and with FAILED
 * where work is left. A second call for the same event answers again, which CloudFormation ignores.
 */
export const customResourceHandler =
  <W extends StackPorts>(
    ports: (withinMs: number) => W,
    { verb, run }: { readonly verb: string; readonly run: (live: W) => Promise<object> },
  ) =>
  async (event: unknown, context: Remaining): Promise<void> => {
    const { ResponseURL: url, ...asked } = v.parse(StackEvent, event);
    const withinMs = context.getRemainingTimeInMillis() - ANSWER_MS;
    const live = ports(withinMs);
    const { StackId, RequestId, LogicalResourceId, PhysicalResourceId = verb } = asked;
    const work = asked.RequestType === 'Delete' ? run(live) : Promise.resolve({});
    const outcome = await Promise.race([work.then(done, failed), timeUp(withinMs)]);
    live.log(outcome.Status === 'SUCCESS' ? 'info' : 'error', verb, {
      request: asked.RequestType,
      ...outcome,
    });
    await live.answers.send(url, {
      StackId,
      RequestId,
      LogicalResourceId,
      PhysicalResourceId,
      Status: outcome.Status,
      ...(outcome.Status === 'FAILED' ? { Reason: `${outcome.why} ${WHAT_NOW}` } : {}),
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
    setTimeout(resolve, ms, { Status: 'FAILED', why: 'Time was up before all rules were removed.' }).unref();
  });

const Text = v.pipe(v.string(), v.minLength(1));

/**
 * What CloudFormation sends for a custom resource. It may have more fields than these. `ResponseURL` is a signed address
 * that lets its bearer answer: it is never logged.
 */
const StackEvent = v.object({
  RequestType: v.picklist(['Create', 'Update', 'Delete']),
  ResponseURL: v.pipe(v.string(), v.url()),
  StackId: Text,
  RequestId: Text,
  LogicalResourceId: Text,
  PhysicalResourceId: v.optional(Text),
});
