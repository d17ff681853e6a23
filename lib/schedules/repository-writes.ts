import {
  DeleteRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { type Calls, callEventBridge, checkEntries, MISSING } from '../platform/aws/eventbridge.ts';
import { DomainError } from '../platform/errors.ts';
import { busOf, type RulesOptions, tagsOf, targetOf } from './repository-records.ts';
import type { JobRule } from './rules.ts';

const TOO_MANY = 'LimitExceededException';

/** Error of DeleteRule for a rule that has targets. */
const HAS_TARGETS = 'ValidationException';

/** Attempts to write a rule that others change at the same time. */
const MAX_ATTEMPTS = 3;

const contended = (name: string): DomainError =>
  new DomainError('unavailable', `Rule ${name} is being changed by others all the time. Try again.`);

/**
 * Creates or replaces a rule. It is enabled last, so it never fires without its target, nor with its old target at its new
 * times. After a crash before that it stays DISABLED until the next `put`; the reconcile runs what was due meanwhile. A rule
 * that is removed during the writes is created again. Throws `unavailable`.
 */
export async function makeRule(calls: Calls, options: RulesOptions, rule: JobRule): Promise<'made' | 'full'> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const outcome = await makeOnce(calls, options, rule);
    if (outcome !== 'removed') return outcome;
  }
  throw contended(rule.name);
}

async function makeOnce(calls: Calls, options: RulesOptions, rule: JobRule) {
  const { name } = rule;
  const on = busOf(options, name);
  if ((await putDisabled(calls, options, rule)) === 'full') return 'full';

  const putTargets = new PutTargetsCommand({ Rule: name, ...on, Targets: [targetOf(options, rule)] });
  const send = async (once: { abortSignal: AbortSignal }) =>
    checkEntries(await calls.client.send(putTargets, once));
  if ((await callEventBridge(calls, `PutTargets of ${name}`, send, MISSING)) === MISSING) return 'removed';

  const enable = new EnableRuleCommand({ Name: name, ...on });
  const enabled = await callEventBridge(
    calls,
    `EnableRule of ${name}`,
    (once) => calls.client.send(enable, once),
    MISSING,
  );
  return enabled === MISSING ? 'removed' : 'made';
}

/** Creates or replaces a rule without its target, so that it never fires. `full`: the quota of the bus is used up. */
async function putDisabled(calls: Calls, options: RulesOptions, rule: JobRule): Promise<'put' | 'full'> {
  const { name } = rule;
  // AWS sets tags on a new rule alone. They are part of its create, so it never exists without an owner.
  const command = new PutRuleCommand({
    Name: name,
    ...busOf(options, name),
    ...('expression' in rule ? { ScheduleExpression: rule.expression } : { EventPattern: rule.pattern }),
    State: 'DISABLED',
    Description: `Wakes job ${rule.job} of space ${rule.space}.`,
    Tags: tagsOf(options, rule),
  });
  const send = (once: { abortSignal: AbortSignal }) => calls.client.send(command, once);
  const put = await callEventBridge(calls, `PutRule of ${name}`, send, TOO_MANY);
  return put === TOO_MANY ? 'full' : 'put';
}

/**
 * Creates a rule without a target and removes it, to learn if EventBridge takes it: TestEventPattern says nothing about the
 * complexity of a pattern. After a crash in between it stays disabled until the reconcile removes it. On a full bus the rule
 * is not checked. Throws `unavailable`, and the refusal.
 */
export async function checkRule(calls: Calls, options: RulesOptions, rule: JobRule): Promise<void> {
  if ((await putDisabled(calls, options, rule)) === 'full') return;
  const command = new DeleteRuleCommand({ Name: rule.name, ...busOf(options, rule.name) });
  await callEventBridge(
    calls,
    `DeleteRule of ${rule.name}`,
    (once) => calls.client.send(command, once),
    MISSING,
  );
}

/**
 * Removes a rule with all its targets. It is disabled first: after a crash it no longer fires, and the next `remove`
 * continues. A concurrent removal is a success; a concurrent repair is overridden. Throws `unavailable`.
 */
export async function removeRule(
  calls: Calls,
  options: RulesOptions,
  name: string,
  targetsOf: (rule: string) => Promise<readonly Target[]>,
): Promise<void> {
  const on = busOf(options, name);
  const disable = new DisableRuleCommand({ Name: name, ...on });
  const deleteRule = new DeleteRuleCommand({ Name: name, ...on });
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    await callEventBridge(
      calls,
      `DisableRule of ${name}`,
      (once) => calls.client.send(disable, once),
      MISSING,
    );
    await removeTargets(calls, { Rule: name, ...on }, await targetsOf(name));
    const send = (once: { abortSignal: AbortSignal }) => calls.client.send(deleteRule, once);
    if ((await callEventBridge(calls, `DeleteRule of ${name}`, send, MISSING, HAS_TARGETS)) !== HAS_TARGETS)
      return;
  }
  throw contended(name);
}

async function removeTargets(
  calls: Calls,
  rule: { readonly Rule: string; readonly EventBusName?: string },
  targets: readonly Target[],
) {
  if (targets.length === 0) return;
  const remove = new RemoveTargetsCommand({ ...rule, Ids: targets.map(({ Id = '' }) => Id) });
  await callEventBridge(
    calls,
    `RemoveTargets of ${rule.Rule}`,
    async (once) => checkEntries(await calls.client.send(remove, once)),
    MISSING,
  );
}
