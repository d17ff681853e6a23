import { slimAwsSdk } from './aws-sdk.mjs';
import { slimClientNode } from './client-node.mjs';
import { slimCronParser } from './cron-parser.mjs';
import { late } from './late.mjs';

/** Leave out of packages what the functions do not use. */
export const SLIM = [slimAwsSdk, slimClientNode, slimCronParser];

/** Needed by calls that write a rule or send an event, and not by the start of a function. */
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
    'TestEventPatternCommand',
  ],
};

/** What every bundle of a function is made with. */
export default [late(LATE, { target: 'node24', plugins: SLIM }), ...SLIM];
