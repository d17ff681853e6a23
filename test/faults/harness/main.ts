import './own-time.ts';
import { GROUPS, isGroup } from '../scenarios/groups.ts';
import { overlapAtEveryCall } from './concurrency.ts';
import { breakEveryCall } from './every-call.ts';
import { crossAtEveryCall } from './interleave.ts';
import { KILLED_WORLDS, killAtEveryCall } from './killed.ts';
import { MUTATIONS } from './mutations.ts';
import { type Result, withEnvironments } from './pool.ts';

/*
 * Runs a group of scenarios in one way and prints the results. A process of its own, not Jest's: there the errors of
 * Node's sockets are of another realm than those that the AWS SDK looks for, and it takes them for something else.
 */

const WAYS = {
  broken: { environments: 96, attempt: breakEveryCall },
  overlapped: { environments: 6, attempt: overlapAtEveryCall },
  interleaved: { environments: 6, attempt: crossAtEveryCall },
  killed: { environments: KILLED_WORLDS, attempt: killAtEveryCall },
} as const;

const isWay = (text: string): text is keyof typeof WAYS => text in WAYS;

async function tryGroup(way: string, group: string, mutation?: string): Promise<readonly Result[]> {
  if (!isWay(way) || !isGroup(group)) throw new Error(`No way ${way}, or no group ${group}.`);
  const { environments, attempt } = WAYS[way];
  const change = mutation === undefined ? undefined : MUTATIONS[mutation];
  return withEnvironments(environments, (pool) => attempt(pool, GROUPS[group]), change);
}

const [way = '', group = '', mutation] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await tryGroup(way, group, mutation)));
process.exit(0);
