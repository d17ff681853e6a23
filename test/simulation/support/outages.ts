import type { Random } from './random.ts';

/**
 * `all`: no function runs, and those that do die. `eventBridge`: the rules of jobs do not fire, and its API does not
 * answer. `cluster`: its API does not answer.
 */
type OutageKind = 'all' | 'eventBridge' | 'cluster';
export type Outage = { readonly kind: OutageKind; readonly from: number; readonly to: number };

export type Outages = {
  readonly outages: readonly Outage[];
  isDown(kind: OutageKind, at: number): boolean;
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const SHORTEST_OUTAGE = 2 * MINUTE;

export type OutageOptions = {
  readonly from: number;
  readonly to: number;
  readonly longestOutageHours: number;
  readonly longestCalmHours: number;
};

/** Outages of two minutes and more, short ones more often, with calm between them. */
export function outagesOf(random: Random, options: OutageOptions): Outages {
  const { from, to, longestOutageHours, longestCalmHours } = options;
  const outages: Outage[] = [];
  for (let at = from; ; ) {
    const begins = at + random.next() * longestCalmHours * HOUR;
    const ends = begins + SHORTEST_OUTAGE * ((longestOutageHours * HOUR) / SHORTEST_OUTAGE) ** random.next();
    if (ends > to) return { outages, isDown: (kind, moment) => isIn(outages, kind, moment) };
    outages.push({ kind: random.pick(['all', 'eventBridge', 'cluster']), from: begins, to: ends });
    at = ends;
  }
}

const isIn = (outages: readonly Outage[], kind: OutageKind, moment: number): boolean =>
  outages.some((outage) => outage.kind === kind && outage.from <= moment && moment < outage.to);
