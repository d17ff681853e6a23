import { slimAwsSdk } from './aws-sdk.mjs';
import { slimClientNode } from './client-node.mjs';
import { slimCronParser } from './cron-parser.mjs';
import { late } from './late.mjs';

/** Plugins that drop the unused parts of packages. */
export const SLIM = [slimAwsSdk, slimClientNode, slimCronParser];

/** Exports that only calls which write rules or send events need: compiled at the first one, not at a cold start. */
const LATE = {
  '@aws-sdk/client-eventbridge': [
    'DeleteRuleCommand',
    'DescribeRuleCommand',
    'DisableRuleCommand',
    'EnableRuleCommand',
    'EventBridgeClient',
    'EventBridgeServiceException',
    'ListRulesCommand',
    'ListTagsForResourceCommand',
    'ListTargetsByRuleCommand',
    'PutEventsCommand',
    'PutRuleCommand',
    'PutTargetsCommand',
    'RemoveTargetsCommand',
  ],
};

/** Plugins of every bundle of a function. */
export default [late(LATE, { target: 'node24', plugins: SLIM }), ...SLIM];
