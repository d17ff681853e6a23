import { hashOf } from '../../../lib/platform/names.ts';
import { at } from '../../../local/kubernetes/object.ts';
import { SPACE } from '../../support/memory-ports.ts';
import { type Environment, NOTHING, type Snapshot } from './environment.ts';
import type { Call } from './fault-proxy.ts';
import { RECONCILE, type Request } from './requests.ts';
import { difference, isOneOf, isSame, type State } from './state.ts';

/** Use of an action: state before, request, and guarantees. */
export type Scenario = {
  /** Its action, and the situation. */
  readonly name: string;
  /** Default: {@link EVENING}. */
  readonly at?: Date;
  readonly prepare: (environment: Environment) => Promise<void>;
  readonly request: Request;
  /** The answer of a run without a fault. */
  readonly answers: string;
  /**
   * After an answer that is an error, the same request again. `finishes`: it brings the end state about, whatever it
   * answers. `adds`: it may do it once more, so it is not tried. `never`: nobody repeats it.
   */
  readonly again: 'finishes' | 'adds' | 'never';
  /** True if an error may leave it partly done, without orphans; a repeat then completes it. */
  readonly inParts?: true;
  /** Reconciles that bring the end about, if not one. */
  readonly rounds?: number;
};

/** Start of environments, and time of most requests. No occurrence of a job at 02:00 is near. */
const BEGINNING = new Date('2026-11-24T21:10:00Z');
const EVENING = new Date('2026-11-24T21:20:00Z');

/** The occurrence of a daily job at 02:00 that comes first, and when its fire arrives. */
export const TWO = new Date('2026-11-25T02:00:00Z');
export const FIRE = new Date('2026-11-25T02:00:05Z');

const MINUTE_MS = 60_000;

/** End state and outcome of a request. */
type End = { readonly answer: string; readonly state: State };

/** State before the request of a scenario, and the end states without a fault, without the request, and after a reconcile. */
export type Clean = {
  readonly ready: Snapshot;
  readonly end: End;
  readonly nothing: State;
  /** End state when a reconcile came before the request, which is another one where it starts what the request is about. */
  readonly reconciledFirst: State;
};

/** Environment that is ready for the request. */
export const begin = (
  environment: Environment,
  { at: moment = EVENING }: Scenario,
  ready: Snapshot,
): Promise<void> => environment.renew(moment, ready);

async function prepare(environment: Environment, scenario: Scenario): Promise<Snapshot> {
  await environment.renew(BEGINNING, NOTHING);
  await scenario.prepare(environment);
  await environment.cluster.quiet();
  return environment.save();
}

/**
 * The reconcile two minutes later, as often as the scenario needs it, and, for a job that was left without rules, the one at its minute of the hour. Then
 * the state; what belongs to nobody is one with it.
 */
export async function repair(
  environment: Environment,
  { rounds = 1 }: Pick<Scenario, 'rounds'> = {},
): Promise<State> {
  for (let round = 0; round < rounds; round += 1)
    await reconcileAt(environment, environment.clock.now().getTime() + 2 * MINUTE_MS);
  const job = environment.cluster
    .objects('jobs')
    .find((one) => at(one, 'status', 'schedule', 'driver') === 'polling');
  if (job !== undefined) {
    const minute = Number.parseInt(hashOf([SPACE, job.metadata.name], 8), 16) % 60;
    const now = environment.clock.now();
    await reconcileAt(environment, now.getTime() + ((minute - now.getUTCMinutes() + 60) % 60) * MINUTE_MS);
  }
  return [...(await environment.state()), ...environment.orphans().map((orphan) => `nobody's: ${orphan}`)];
}

async function reconcileAt(environment: Environment, moment: number): Promise<void> {
  await environment.cluster.quiet();
  environment.clock.moveTo(new Date(moment));
  const { ok, what, bug } = await environment.other.call(RECONCILE);
  if (!ok) throw new Error(`The reconcile failed: ${what} ${bug ?? ''}`);
  await environment.cluster.quiet();
}

/** A scenario with the calls that it makes without a fault. */
export type Listed = { readonly scenario: Scenario; readonly calls: readonly Call[]; readonly clean: Clean };

/** Runs a scenario without a fault, and lists its calls. Throws when that is not what the scenario says. */
export async function runClean(environment: Environment, scenario: Scenario): Promise<Listed> {
  const ready = await prepare(environment, scenario);
  await begin(environment, scenario, ready);
  const { what, bug } = await environment.client.call(scenario.request);
  const calls = [...environment.proxy.calls];
  const state = await repair(environment, scenario);
  if (what !== scenario.answers || bug !== undefined || environment.bugs.length > 0)
    throw new Error(
      `${scenario.name} answered ${what} without a fault. ${bug ?? environment.bugs.join('\n')}`,
    );
  const orphan = state.find((line) => line.startsWith("nobody's"));
  if (orphan !== undefined) throw new Error(`${scenario.name} leaves without a fault ${orphan}`);

  await begin(environment, scenario, ready);
  const nothing = await repair(environment, scenario);

  await begin(environment, scenario, ready);
  await reconcileAt(environment, environment.clock.now().getTime());
  await environment.client.call(scenario.request);
  const reconciledFirst = await repair(environment, scenario);
  return { scenario, calls, clean: { ready, end: { answer: what, state }, nothing, reconciledFirst } };
}

/**
 * Violations after a request that a fault hit. A success must have the end state without a fault; an error must
 * have that one or the state before. `others`: an end that a success may have too, object by object.
 */
export async function check(
  environment: Environment,
  scenario: Scenario,
  { end, nothing }: Clean,
  isDone: boolean,
  others: State = end.state,
): Promise<string | undefined> {
  const { again, inParts, request } = scenario;
  const state = await repair(environment, scenario);
  if (environment.bugs.length > 0) return `logged ${environment.bugs.join('\n')}`;
  const orphan = state.find((line) => line.startsWith("nobody's"));
  if (orphan !== undefined) return orphan;
  if (isDone || again === 'never') {
    return isOneOf(state, end.state, others) ? undefined : `another end:\n${difference(state, end.state)}`;
  }
  if (!inParts && !isSame(state, end.state) && !isSame(state, nothing))
    return `neither done nor undone:\n${difference(state, end.state)}`;
  if (again === 'adds') return undefined;
  await environment.client.call(request);
  const repeated = await repair(environment, scenario);
  return isSame(repeated, end.state)
    ? undefined
    : `another end after a repeat:\n${difference(repeated, end.state)}`;
}
