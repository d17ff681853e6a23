import type { App, BrokenApp } from '../domain/app.ts';
import type { ReconcilingPorts, RuleRecord } from '../ports.ts';
import type { Tally } from './tally.ts';

/** What a part of the reconcile works with. */
export type World = {
  readonly ports: ReconcilingPorts;
  readonly tally: Tally;
  /** By {@link keyOf}; absent when they could not be listed: of no app is known whether it is there. */
  readonly apps: ReadonlyMap<string, App | BrokenApp> | undefined;
  /** By name; absent when EventBridge is out of reach. */
  readonly rules: ReadonlyMap<string, RuleRecord> | undefined;
  /** Names of the rules that there are or that are being made, as this round goes on; absent as `rules` is. */
  readonly taken: Set<string> | undefined;
};

/** A key that names an app of the cluster. */
export const keyOf = ({ space, name }: { readonly space: string; readonly name: string }): string =>
  `${space}/${name}`;
