import { slimClientNode } from './client-node.mjs';

export default [slimClientNode];
