import { DomainError, spaceClosed } from '../../lib/platform/errors.ts';

/** Context that the parts of a cluster in memory share. */
export type MemoryEnvironment = {
  /** The space that is meant where a test names none. */
  readonly space: string;
  readonly now: () => Date;
  /** Throws `unavailable` while the cluster is out of reach, and `forbidden` for a space that is closed. */
  reach(space?: string): void;
};

/** Switches of a test: what can't be reached from now on. */
export type Switches = { outOfReach: boolean; readonly closed: Set<string> };

export function reachOf(switches: Switches): MemoryEnvironment['reach'] {
  return (space) => {
    if (switches.outOfReach)
      throw new DomainError('unavailable', 'The cluster is out of reach (ECONNREFUSED). Try again.');
    if (space !== undefined && switches.closed.has(space)) throw spaceClosed(space);
  };
}
