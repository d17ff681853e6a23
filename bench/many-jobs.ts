import { KubeConfig } from '@kubernetes/client-node';
import { currentConditions } from '../lib/jobs/conditions.ts';
import type { JobSchedule } from '../lib/jobs/job-schedule.ts';
import { rawClient } from './raw-client.ts';
import { SPEC } from './raw-post.ts';
import type { Bench } from './run-task.ts';

const API = '/apis/taskbridge.dev/v1alpha1/namespaces';
const ZONES = ['UTC', 'UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'] as const;
const DAYS = ['* * *', '* * 1-5', '1,15 * *', '* 1-6 *', '1 */3 5'] as const;

/** Of so many jobs one is due at each minute. */
const ONE_DUE_OF = 100;

const EVERY_MINUTE: JobSchedule = { cron: '* * * * *', timeZone: 'UTC' };

/**
 * Creates jobs number `from` to before `to` in the spaces, with active schedules, as the reconcile leaves them. One of a
 * hundred is due at the next minute, the others in hours, days or months.
 */
export async function makeJobs(
  kubeconfig: string,
  spaces: readonly Bench[],
  { from, to }: { readonly from: number; readonly to: number },
): Promise<void> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const send = await rawClient(config);
  const now = new Date().toISOString();
  const make = async (number: number): Promise<void> => {
    const { space = '', appUid = '' } = spaces[number % spaces.length] ?? {};
    const name = `job-${number}`;
    const schedule = number % ONE_DUE_OF === 0 ? EVERY_MINUTE : laterSchedule(number);
    const spec = { app: 'bench', command: 'true', schedule };
    const body = { apiVersion: 'taskbridge.dev/v1alpha1', kind: 'Job', metadata: { name }, spec };
    await send('POST', `${API}/${space}/jobs`, body);
    const status = {
      schedule: { ...schedule, since: now, driver: 'polling' },
      lastScheduleTime: now,
      conditions: conditionsOf(space, appUid, schedule),
    };
    await send('PATCH', `${API}/${space}/jobs/${name}/status`, { status });
  };
  await inTurn(Array.from({ length: to - from }, (_, index) => () => make(from + index)));
}

/** Does the work with as many at once as the client has connections. */
async function inTurn(works: readonly (() => Promise<void>)[]): Promise<void> {
  const queue = works.values();
  const worker = async (): Promise<void> => {
    for (const work of queue) await work();
  };
  await Promise.all(Array.from({ length: 24 }, worker));
}

/** Not due within three hours. */
function laterSchedule(number: number): JobSchedule {
  const timeZone = ZONES[number % ZONES.length] ?? 'UTC';
  const format = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', hour: 'numeric' });
  const hour = (Number(format.format(new Date())) + 4 + (number % 17)) % 24;
  return { cron: `${number % 60} ${hour} ${DAYS[number % DAYS.length]}`, timeZone };
}

function conditionsOf(space: string, uid: string, schedule: JobSchedule) {
  const app = { space, name: 'bench', uid, createdAt: '', pushes: [], spec: SPEC };
  const job = {
    ...app,
    version: '',
    generation: 1,
    deleting: false,
    spec: { app: 'bench', command: 'true', schedule, concurrencyPolicy: 'Always', suspend: false } as const,
    status: { conditions: [] },
  };
  return currentConditions(job, app, new Date());
}
