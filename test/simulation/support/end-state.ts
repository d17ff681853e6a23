import type { OutboundEvent } from '../../../lib/events/outbound-events.ts';
import type { InvalidJob, Job } from '../../../lib/jobs/job.ts';
import { withoutHash } from '../../support/cron-oracle.ts';
import type { SimulatedBus } from './bus.ts';
import type { Cluster } from './cluster.ts';
import { spaces } from './plans.ts';

/** State at the end. */
export type EndState = {
  /** Names of the rules on the bus. */
  readonly rules: readonly string[];
  /** Rules whose job, by their tags, is not there or has no need of them. */
  readonly orphans: readonly string[];
  /** Jobs whose active schedule differs from their spec, or whose rules are missing, with their status. */
  readonly unsettled: readonly string[];
  /** All that is left. */
  readonly jobs: readonly (Job | InvalidJob)[];
  /** Events in the order in which the service's bus took them. */
  readonly published: readonly OutboundEvent[];
};

export async function endStateOf({ memory }: Cluster, { eventBridge }: SimulatedBus): Promise<EndState> {
  const lists = await Promise.all(spaces.map((space) => memory.jobs.list(space, { limit: 10_000 })));
  const jobs = lists.flatMap(({ items }) => items);
  const rules = eventBridge.rules().map(({ name, tags }) => ({ name, job: `${tags.space}/${tags.job}` }));
  const ruled = new Set(rules.map(({ job }) => job));
  const driven = new Set(jobs.filter(isDrivenByRules).map(keyOf));
  return {
    jobs,
    published: memory.bus.reported,
    rules: rules.map(({ name }) => name),
    orphans: rules.filter(({ job }) => !driven.has(job)).map(({ name, job }) => `${name} of ${job}`),
    unsettled: jobs
      .filter((job) => !isInForce(job) || (isDrivenByRules(job) && !ruled.has(keyOf(job))))
      .map((job) => `${keyOf(job)}: ${JSON.stringify(job.status)}`),
  };
}

const keyOf = ({ space, name }: Job | InvalidJob): string => `${space}/${name}`;

const isDrivenByRules = ({ status }: Job | InvalidJob): boolean => status.schedule?.driver === 'rules';

/** True for a job whose active schedule is the one of its spec. */
export function isInForce(job: Job | InvalidJob): boolean {
  const wanted = 'spec' in job && !job.spec.suspend ? job.spec.schedule : undefined;
  const { schedule } = job.status;
  const cron = wanted?.cron && withoutHash(wanted.cron, job.space, job.name);
  return cron === schedule?.cron && wanted?.at === schedule?.at && wanted?.timeZone === schedule?.timeZone;
}
