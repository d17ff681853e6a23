import type { Scenario } from '../harness/scenario.ts';
import { APPS_AND_TASKS } from './apps-and-tasks.ts';
import { CROSSED } from './crossed.ts';
import { FIRES } from './fires.ts';
import { JOBS } from './jobs.ts';
import { RECONCILES } from './reconciles.ts';

/** Scenarios that one process runs. */
export const GROUPS = {
  users: [...APPS_AND_TASKS, ...JOBS],
  events: [...FIRES, ...RECONCILES],
  all: [...APPS_AND_TASKS, ...JOBS, ...FIRES, ...RECONCILES],
  crossed: CROSSED,
  /** What a mutation is to be found in. */
  fires: FIRES.slice(0, 1),
} as const satisfies Readonly<Record<string, readonly Scenario[]>>;

export type GroupName = keyof typeof GROUPS;

export const isGroup = (text: string): text is GroupName => text in GROUPS;
