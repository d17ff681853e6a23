import { slimAwsSdk } from './aws-sdk.mjs';
import { slimClientNode } from './client-node.mjs';
import { slimCronParser } from './cron-parser.mjs';

/** What every bundle of a function is made with. */
export default [slimAwsSdk, slimClientNode, slimCronParser];
