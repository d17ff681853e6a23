import type { App, BrokenApp } from '../domain/app.ts';
import type { RuleRecord, SchedulingPorts } from '../ports.ts';
import type { Tally } from './tally.ts';

/** What a part of the reconcile works with. */
export type World = {
  readonly ports: SchedulingPorts;
  readonly tally: Tally;
  /** By {@link keyOf}. */
  readonly apps: ReadonlyMap<string, App | BrokenApp>;
  /** By name; absent when EventBridge is out of reach. */
  readonly rules: ReadonlyMap<string, RuleRecord> | undefined;
};

/** A key that names an app of the cluster. */
export const keyOf = ({ space, name }: { readonly space: string; readonly name: string }): string =>
  `${space}/${name}`;
