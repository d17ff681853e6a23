import { GROUPS, isGroup } from '../scenarios/groups.ts';
import { crossAtEveryCall } from './cross.ts';
import { breakEveryCall } from './every-call.ts';
import { KILLED_WORLDS, killAtEveryCall } from './killed.ts';
import { MUTATIONS } from './mutations.ts';
import { overlapAtEveryCall } from './overlap.ts';
import { type Result, withWorlds } from './pool.ts';

/*
 * Runs a group of scenarios in one way and prints the results. A process of its own, not Jest's: there the errors of
 * Node's sockets are of another realm than those that the AWS SDK looks for, and it takes them for something else.
 */

const WAYS = {
  broken: { worlds: 96, attempt: breakEveryCall },
  overlapped: { worlds: 6, attempt: overlapAtEveryCall },
  crossed: { worlds: 6, attempt: crossAtEveryCall },
  killed: { worlds: KILLED_WORLDS, attempt: killAtEveryCall },
} as const;

const isWay = (text: string): text is keyof typeof WAYS => text in WAYS;

async function tryGroup(way: string, group: string, mutation?: string): Promise<readonly Result[]> {
  if (!isWay(way) || !isGroup(group)) throw new Error(`No way ${way}, or no group ${group}.`);
  const { worlds, attempt } = WAYS[way];
  const change = mutation === undefined ? undefined : MUTATIONS[mutation];
  return withWorlds(worlds, (pool) => attempt(pool, GROUPS[group]), change);
}

const [way = '', group = '', mutation] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await tryGroup(way, group, mutation)));
process.exit(0);
