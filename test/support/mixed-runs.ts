import type { App } from '../../lib/apps/app.ts';
import type { PastRun } from './past-runs.ts';

const RUNS = 620;
const KEPT = 500;
const MINUTE_MS = 60_000;

/** Run with its age: it was requested `index` minutes before the newest one. */
export type MixedRun = PastRun & { readonly index: number; readonly kind: Kind };
type Kind = 'unseen' | 'queued' | 'running' | 'unreported' | 'held' | 'reported';

/** Mixed over all ages. Some 20 are active, some 20 unreported, and 6 are being deleted. */
function kindOf(index: number): Kind {
  if (index % 93 === 4) return 'unseen';
  if (index % 93 === 35) return 'queued';
  if (index % 93 === 66) return 'running';
  if (index % 29 === 5) return 'unreported';
  return index % 97 === 50 ? 'held' : 'reported';
}

const ENDS = [
  { status: 'True', reason: 'Succeeded' },
  { status: 'False', reason: 'Failed' },
  { status: 'False', reason: 'Cancelled' },
] as const;

function conditionOf(kind: Kind, index: number): PastRun['condition'] {
  if (kind === 'unseen') return undefined;
  if (kind === 'queued') return { status: 'Unknown', reason: 'PipelineRunPending' };
  if (kind === 'running') return { status: 'Unknown', reason: 'Running' };
  return ENDS[index % ENDS.length];
}

/** The one rare job has its two runs among the oldest of all, another one a tenth of all runs. */
const jobOf = (index: number): 'rare' | 'nightly' | undefined => {
  if (index === 610 || index === 615) return 'rare';
  return index % 10 === 3 ? 'nightly' : undefined;
};

type Owner = { readonly name: string; readonly uid: string };

/** The 620 runs of an app, each requested a minute before the previous one. */
export const mixedRuns = (
  app: App,
  jobs: { readonly rare: Owner; readonly nightly: Owner },
  newest: Date,
): readonly MixedRun[] =>
  Array.from({ length: RUNS }, (_, index) => {
    const kind = kindOf(index);
    const job = jobOf(index);
    const requestedAt = new Date(newest.getTime() - index * MINUTE_MS);
    return {
      app,
      index,
      kind,
      requestedAt,
      // Names say nothing of the age.
      id: String((index * 7919) % 100_003).padStart(6, '0'),
      ...(job === undefined ? {} : { job: jobs[job], scheduledTime: requestedAt }),
      condition: conditionOf(kind, index),
      reported: kind === 'reported' || kind === 'held',
      finalizer: kind === 'held' ? 'contract.example/hold' : undefined,
    };
  });

/** The runs that must be left: said once more, without a look at lib. */
export function mustStay(runs: readonly MixedRun[]): readonly string[] {
  const active = runs.filter(({ kind }) => ['unseen', 'queued', 'running'].includes(kind));
  const ended = runs.filter(({ kind }) => kind === 'reported' || kind === 'unreported');
  const newest = ended.slice(0, KEPT - active.length);
  const stays = (scenario: MixedRun): boolean =>
    scenario.kind !== 'reported' || newest.includes(scenario) || scenario.index === 610;
  return runs.filter(stays).map(({ id }) => id);
}
