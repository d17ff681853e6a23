import type { ConcurrencyPolicy } from '../../../lib/jobs/job.ts';
import { createJob } from '../../../lib/jobs/manage.ts';
import { fireJob } from '../../../lib/jobs/run-due.ts';
import { ANNOTATION, LABEL } from '../../../lib/platform/labels.ts';
import { reconcile } from '../../../lib/reconcile/reconcile.ts';
import { isActive } from '../../../lib/tasks/task.ts';
import { firesAt, parseExpression } from '../../../local/eventbridge/expression.ts';
import type { AllPorts } from '../../support/memory-ports.ts';
import { appOf, type MemoryPorts, memoryPorts, SPACE } from '../../support/memory-ports.ts';

export const MINUTE_MS = 60_000;

/** Seconds after the minute at which fires and reconciles come. */
const FIRE_MS = 5_000;
const RECONCILE_MS = 30_000;

export type TimedJob = {
  readonly name: string;
  readonly cron: string;
  readonly timeZone?: string;
  readonly policy?: ConcurrencyPolicy;
};

/** Ports in memory with these jobs, created at `from`. With no room for rules all of them are polled. */
export async function environmentAt(
  from: Date,
  jobs: readonly TimedJob[],
  maxRules = 100,
): Promise<MemoryPorts> {
  const ports = memoryPorts({ apps: [appOf('billing', { command: 'bin/report' })], maxRules });
  ports.setClock(from);
  for (const { name, cron, timeZone = 'UTC', policy = 'Always' } of jobs) {
    const schedule = { cron, timeZone };
    const spec = { app: 'billing', schedule, concurrencyPolicy: policy, suspend: false } as const;
    await createJob(ports, { space: SPACE, name, spec });
  }
  return ports;
}

/** Runs one minute over the given ports: the fires of its rules, and the reconcile. */
export async function runMinute(
  environment: MemoryPorts,
  minute: Date,
  ports: AllPorts = environment,
): Promise<void> {
  environment.setClock(new Date(minute.getTime() + FIRE_MS));
  for (const rule of environment.rules.stored.values()) {
    if ('foreign' in rule || rule.expression === undefined || !fires(rule.expression, minute)) continue;
    await fireJob(ports, { space: rule.space, job: rule.job, time: minute });
  }
  environment.setClock(new Date(minute.getTime() + RECONCILE_MS));
  await reconcileNow(ports);
}

const parsed = new Map<string, ReturnType<typeof parseExpression>>();

function fires(text: string, minute: Date): boolean {
  if (!parsed.has(text)) parsed.set(text, parseExpression(text));
  const expression = parsed.get(text);
  return expression !== undefined && firesAt(expression, minute, minute);
}

/** A round of the reconcile, with all the time it needs. */
export const reconcileNow = (ports: AllPorts): Promise<unknown> =>
  reconcile(ports, { until: new Date(ports.now().getTime() + MINUTE_MS) });

/** Each minute from the first to the last. */
export function minutesBetween(first: Date, last: Date): readonly Date[] {
  const count = Math.floor((last.getTime() - first.getTime()) / MINUTE_MS) + 1;
  return Array.from({ length: count }, (_, index) => new Date(first.getTime() + index * MINUTE_MS));
}

/** The occurrences of a job that have a task, in order; two tasks of one stand there twice. */
export const occurrencesOf = (environment: MemoryPorts, job: string): readonly string[] =>
  environment.runs
    .names()
    .flatMap((name) => environment.runs.stored(name) ?? [])
    .filter(({ labels }) => labels[LABEL.job] === job)
    .map(({ annotations }) => new Date(annotations[ANNOTATION.scheduledTime] ?? '').toISOString())
    .toSorted();

/** Plays Tekton for a minute: ends cancelled runs, starts the others, and with `all` ends those too. */
export function playTekton(environment: MemoryPorts, all: boolean): void {
  for (const name of environment.runs.names()) {
    const run = environment.runs.stored(name);
    if (run === undefined || !isActive(run)) continue;
    if (environment.runs.cancelled().includes(name))
      environment.runs.becomes(name, { condition: { status: 'False', reason: 'Cancelled' } });
    else if (all) environment.runs.becomes(name, { condition: { status: 'True', reason: 'Succeeded' } });
    else environment.runs.becomes(name, { condition: RUNNING }, { condition: RUNNING });
  }
}

const RUNNING = { status: 'Unknown', reason: 'Running' } as const;
