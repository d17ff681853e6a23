import { setTimeout as wait } from 'node:timers/promises';
import { stackAnswers } from './adapters/aws/stack-answers.ts';
import { eventBridgeWithin } from './compose-rules.ts';
import { jsonLog } from './log.ts';

/** The ports of one invocation of the function that removes rules. It has no identity in the cluster. */
export const liveCleanupPorts = (withinMs: number) => ({
  rules: eventBridgeWithin(withinMs).rules,
  answers: stackAnswers(),
  log: jsonLog,
  wait,
});
