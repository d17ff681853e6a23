import type { OutboundEvent } from '../../../lib/events/outbound-events.ts';
import type { InvalidJob, Job } from '../../../lib/jobs/job.ts';
import type { History, JobHistory, Run } from './history.ts';

/** Age in ms from which an end must have been counted, and what it changed published. */
const SETTLED_MS = 5 * 60_000;

type Observed = {
  readonly history: History;
  /** Events in the order in which the bus took them, repeated ones too. */
  readonly published: readonly OutboundEvent[];
  /** Jobs that are there at the end. */
  readonly jobs: readonly (Job | InvalidJob)[];
  readonly end: number;
};

/**
 * Violations of the health of all jobs: an event of each first failure and of each first success after it, each under one id,
 * in their order; and at the end a status that says how many failed last.
 */
export function healthBreaches(observed: Observed): readonly string[] {
  const { history, published, jobs, end } = observed;
  return [
    ...idBreaches(published),
    ...[...history.jobs].flatMap(([uid, job]) => {
      const ends = endsOf(job);
      const told = toldOf(job, published);
      const due = changesIn(ends.filter(({ at }) => at < end - SETTLED_MS));
      const all = changesIn(ends);
      const isPart = told.every((change, index) => change === all[index]);
      const isWhole = job.deleted !== undefined || told.length >= due.length;
      const at = `${job.space}/${job.name}`;
      return [
        ...(isPart && isWhole ? [] : [`${at}: published ${told.join(', ')}, should be ${all.join(', ')}`]),
        ...statusBreaches(
          at,
          jobs.find((one) => one.uid === uid),
          ends,
          end,
        ),
      ];
    }),
  ];
}

type End = { readonly name: string; readonly at: number; readonly isGood: boolean };

/** Ends that count, by their time, and then by their names. */
const endsOf = ({ runs }: JobHistory): readonly End[] =>
  runs.flatMap(toEnd).toSorted((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1));

const toEnd = ({ name, end }: Run): readonly End[] =>
  end === undefined || end.outcome === 'cancelled'
    ? []
    : [{ name, at: end.at, isGood: end.outcome === 'succeeded' }];

/** The changes between failing and not, each with the run that made it. */
const changesIn = (ends: readonly End[]): readonly string[] =>
  ends.flatMap(({ name, isGood }, index) => {
    const failures = failuresIn(ends.slice(0, index));
    if (isGood === (failures === 0)) return [];
    return [isGood ? `Job Recovered ${name} after ${failures}` : `Job Failing ${name}`];
  });

/** Failures since the last success. */
const failuresIn = (ends: readonly End[]): number =>
  ends.length - 1 - ends.findLastIndex(({ isGood }) => isGood);

const OF_HEALTH = ['Job Failing', 'Job Recovered'];

/** What was published of a job's runs, each once. */
function toldOf({ space, runs }: JobHistory, published: readonly OutboundEvent[]): readonly string[] {
  const names = new Set(runs.map(({ name }) => name));
  const own = published.filter(
    ({ detailType, detail }) =>
      OF_HEALTH.includes(detailType) && detail.space === space && names.has(String(detail.task)),
  );
  const changes = own.map(({ detailType, detail: { task, failures } }) =>
    failures === undefined ? `${detailType} ${task}` : `${detailType} ${task} after ${failures}`,
  );
  return [...new Set(changes)];
}

/** One id for a change, and one change for an id. */
function idBreaches(published: readonly OutboundEvent[]): readonly string[] {
  const changes = new Map<string, Set<string>>();
  for (const { detailType, detail } of published.filter((one) => OF_HEALTH.includes(one.detailType))) {
    const change = `${detail.space}/${detail.job} ${detailType} ${detail.task}`;
    changes.set(change, (changes.get(change) ?? new Set()).add(detail.eventId));
  }
  const ids = [...changes.values()].flatMap((each) => [...each]);
  return [
    ...[...changes].flatMap(([change, { size }]) => (size === 1 ? [] : [`${change} has ${size} ids`])),
    ...(new Set(ids).size === ids.length ? [] : ['two changes have one id']),
  ];
}

function statusBreaches(
  at: string,
  job: Job | InvalidJob | undefined,
  ends: readonly End[],
  end: number,
): readonly string[] {
  if (job === undefined || ends.some((one) => one.at >= end - SETTLED_MS)) return [];
  const failures = failuresIn(ends);
  const { consecutiveFailures = 0, conditions } = job.status;
  const healthy = conditions.find(({ type }) => type === 'Healthy')?.status;
  const should = ends.length === 0 ? undefined : failures === 0 ? 'True' : 'False';
  if (consecutiveFailures === failures && healthy === should) return [];
  return [`${at}: Healthy=${healthy} after ${consecutiveFailures}, should be ${should} after ${failures}`];
}
