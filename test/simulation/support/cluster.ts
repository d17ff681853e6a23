import type { App } from '../../../lib/apps/app.ts';
import type { InvalidJob, Job } from '../../../lib/jobs/job.ts';
import type { Jobs } from '../../../lib/jobs/jobs.ts';
import type { Rules } from '../../../lib/schedules/rules.ts';
import { withoutHash } from '../../support/cron-oracle.ts';
import type { AllPorts } from '../../support/memory-ports.ts';
import { type MemoryPorts, memoryPorts } from '../../support/memory-ports.ts';
import type { History, Invocation, JobHistory, Period, WrittenSchedule } from './history.ts';
import type { Random } from './random.ts';
import { recordedRuns } from './recorded-runs.ts';
import { type Tekton, tektonOf } from './tekton.ts';
import type { VirtualTime } from './virtual-time.ts';

/** A cluster in memory whose every effect is written into the history. */
export type Cluster = {
  readonly ports: AllPorts;
  readonly memory: MemoryPorts;
  readonly tekton: Tekton;
  /** Jobs for kubectl, without latency or loss. */
  readonly jobs: Jobs;
};

export type ClusterOptions = {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly history: History;
  readonly apps: readonly App[];
  readonly rules: Rules;
  readonly maxRules: number;
  /** Invocation that causes the current effect. */
  readonly current: () => Invocation | undefined;
  /** Duration of a job's next task, in ms. */
  readonly lengthOf: (job: string) => number;
};

export function clusterOf(options: ClusterOptions): Cluster {
  const { time, random, apps, rules, maxRules } = options;
  const memory = memoryPorts({ apps, maxRules });
  const tekton = tektonOf(time, random.fork('tekton'), memory);
  const jobs = recordedJobs(memory.jobs, options);
  const runs = recordedRuns(memory, tekton, options);
  const source = random.fork('bytes');
  const bytes = (size: number): Uint8Array => Uint8Array.from({ length: size }, () => source.between(0, 255));
  return { memory, tekton, jobs, ports: { ...memory, jobs, runs, rules, random: bytes } };
}

function recordedJobs(jobs: MemoryPorts['jobs'], { time, history, current }: ClusterOptions): Jobs {
  const note = (job: Job | InvalidJob): void => {
    const { periods } = historyOf(history, job);
    const written = 'spec' in job && !job.spec.suspend ? job.spec.schedule : undefined;
    const schedule = written && plainOf(written, job);
    const last = periods.at(-1);
    if (last !== undefined && isSame(last.schedule, schedule)) return;
    const by = current();
    periods.push({ from: time.now(), since: by?.began ?? time.now(), schedule, by });
  };
  return {
    ...jobs,
    async create(...input) {
      const job = await jobs.create(...input);
      note(job);
      return job;
    },
    async change(...input) {
      const job = await jobs.change(...input);
      note(job);
      return job;
    },
    async writeStatus(...input) {
      const written = await jobs.writeStatus(...input);
      if (written === 'gone' || written === 'conflict') return written;
      const { drivers } = historyOf(history, written);
      const driver = written.status.schedule?.driver;
      if (drivers.at(-1)?.driver !== driver) drivers.push({ at: time.now(), driver });
      return written;
    },
    async delete(job) {
      const found = history.jobs.get(job.uid);
      if (found !== undefined) found.deleted ??= time.now();
      for (const run of [...(found?.runs ?? []), ...(found?.backfills ?? [])]) run.stopped ??= time.now();
      await jobs.delete(job);
    },
  };
}

/** Schedule with the job's own values for H, as the oracle has them. */
const plainOf = (schedule: WrittenSchedule, { space, name }: Job | InvalidJob): WrittenSchedule =>
  schedule.cron === undefined ? schedule : { ...schedule, cron: withoutHash(schedule.cron, space, name) };

const isSame = (one: Period['schedule'], other: Period['schedule']): boolean =>
  one?.cron === other?.cron && one?.at === other?.at && one?.timeZone === other?.timeZone;

function historyOf(history: History, job: Job | InvalidJob): JobHistory {
  const known = history.jobs.get(job.uid);
  if (known !== undefined) return known;
  const spec = 'spec' in job ? job.spec : undefined;
  const made: JobHistory = {
    space: job.space,
    name: job.name,
    policy: spec?.concurrencyPolicy ?? 'Always',
    deadlineMs: (spec?.startingDeadlineSeconds ?? Number.POSITIVE_INFINITY) * 1000,
    periods: [],
    runs: [],
    backfills: [],
    fires: [],
    drivers: [],
  };
  history.jobs.set(job.uid, made);
  return made;
}
