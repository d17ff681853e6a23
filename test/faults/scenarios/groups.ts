import type { Scenario } from '../harness/scenario.ts';
import { APPS_AND_TASKS } from './apps-and-tasks.ts';
import { BUILDS, BUILDS_LEFT } from './builds.ts';
import { FIRES } from './fires.ts';
import { INTERLEAVED, INTERLEAVED_TRIGGERS } from './interleaving.ts';
import { JOBS } from './jobs.ts';
import { RECONCILES } from './reconciles.ts';
import { EVENTS, TRIGGERS } from './triggers.ts';

/** Scenarios that one process runs. */
export const GROUPS = {
  users: [...APPS_AND_TASKS, ...JOBS, ...TRIGGERS],
  events: [...FIRES, ...EVENTS, ...RECONCILES],
  builds: [...BUILDS, ...BUILDS_LEFT],
  all: [
    ...[...APPS_AND_TASKS, ...BUILDS, ...JOBS, ...TRIGGERS],
    ...[...FIRES, ...EVENTS, ...RECONCILES, ...BUILDS_LEFT],
  ],
  triggers: [...TRIGGERS, ...EVENTS],
  interleaved: INTERLEAVED,
  crossedTriggers: INTERLEAVED_TRIGGERS,
  /** Scenarios in which mutations must be found. */
  fires: FIRES.slice(0, 1),
} as const satisfies Readonly<Record<string, readonly Scenario[]>>;

export type GroupName = keyof typeof GROUPS;

export const isGroup = (text: string): text is GroupName => text in GROUPS;
