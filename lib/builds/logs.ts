import { DomainError } from '../platform/errors.ts';
import type { Ports } from '../platform/ports.ts';
import {
  formatCursor,
  type LinesBefore,
  LOG_ANSWER_BYTES,
  type LogAnswer,
  type LogCursor,
  LogPage,
  type LogStart,
  parseCursor,
} from '../tasks/log.ts';
import { countLinesBefore } from '../tasks/logs.ts';
import { type BuildState, type BuildStep, type BuildTaskRun, isEnded, PHASES, type Phase } from './build.ts';
import { toBuild } from './result.ts';

/** A longer line is cut. Below its phase's heading it fits an answer. */
const LINE_BYTES = LOG_ANSWER_BYTES - 64;

export type BuildLogs = {
  readonly space: string;
  readonly build: string;
  readonly tail?: number | undefined;
  readonly cursor?: string | undefined;
};

/** Where a reader goes on: in a phase whose heading was given, after the lines that were. */
type LogPosition = { readonly phase: Phase; readonly lines?: LogCursor | undefined };

/**
 * A part of a build's log, phase after phase, each below a line with its name. Reading on from each answer's cursor gives
 * each line once. A tail begins at the last phase that has begun. `undefined` for a name that is no build's; throws `gone`
 * when the pod is no more.
 */
export async function buildLogs(
  ports: Ports,
  { space, build: name, tail, cursor }: BuildLogs,
): Promise<LogAnswer | undefined> {
  const run = await ports.builds.find(space, name);
  if (run === undefined) return undefined;
  const start = cursor === undefined ? undefined : parsePlace(cursor, ports.now());
  const [taskRun] = await ports.builds.taskRuns(space, run.taskRun === undefined ? [] : [name]);
  const { state } = toBuild(run, taskRun);
  const started = startedStepsOf(taskRun);
  if (taskRun?.pod === undefined || started.length === 0)
    return { task: name, state, log: '', ...(cursor === undefined ? {} : { cursor }), more: false };

  const fromEnd = start === undefined ? tail : undefined;
  const first = start?.phase ?? (tail === undefined ? started[0]?.phase : started.at(-1)?.phase);
  const rest = started.slice(
    Math.max(
      0,
      started.findIndex(({ phase }) => phase === first),
    ),
  );
  const reading = new Reading(ports, { space, pod: taskRun.pod, name, state });
  for (const { phase, step } of rest) {
    const isFull = await reading.read(phase, step, phase === start?.phase ? start : undefined, fromEnd);
    if (isFull) break;
  }
  return reading.answer();
}

type Started = { readonly phase: Phase; readonly step: BuildStep };

/** The phases that have begun and were not left out, in their order; the first that has not ended is the last. */
function startedStepsOf(taskRun: BuildTaskRun | undefined): readonly Started[] {
  const started: Started[] = [];
  for (const phase of PHASES) {
    const step = taskRun?.steps.find(({ name }) => name === phase);
    if (step === undefined || step.ending === 'Skipped') continue;
    if (step.terminated === undefined && step.runningSince === undefined) break;
    started.push({ phase, step });
    if (step.terminated === undefined || step.terminated.exitCode !== 0) break;
  }
  return started;
}

type Of = {
  readonly space: string;
  readonly pod: string;
  readonly name: string;
  readonly state: BuildState;
};

/** An answer being filled, phase after phase. */
class Reading {
  readonly #ports: Ports;
  readonly #of: Of;
  #text = '';
  #bytes = 0;
  #place: LogPosition | undefined;
  #more = false;

  constructor(ports: Ports, of: Of) {
    this.#ports = ports;
    this.#of = of;
  }

  /** Whether the answer is full. */
  async read(phase: Phase, step: BuildStep, start: LogPosition | undefined, tail?: number): Promise<boolean> {
    const heading = start === undefined ? `===> ${phase.toUpperCase()}\n` : '';
    const room = Math.max(LOG_ANSWER_BYTES - this.#bytes - Buffer.byteLength(JSON.stringify(heading)), 0);
    const page = new LogPage(start?.lines, LINE_BYTES, room);
    const from: LogStart = start?.lines === undefined ? { tail } : { since: start.lines.since };
    let isFull = await this.#fill(page, phase, from);
    // A kubelet answers now and then with nothing for a container that ended this moment.
    if (page.isEmpty && step.terminated !== undefined) isFull = await this.#fill(page, phase, from);
    this.#text += heading + page.text;
    this.#bytes = Buffer.byteLength(JSON.stringify(this.#text));
    const before = from.tail === undefined ? undefined : await this.#before(page, phase);
    this.#place = { phase, lines: page.cursor(before) };
    this.#more = isFull;
    return isFull;
  }

  #before(page: LogPage, phase: Phase): Promise<LinesBefore | undefined> {
    const { space, pod } = this.#of;
    return countLinesBefore((from) => this.#ports.logs.read(space, pod, from, phase), page);
  }

  async #fill(page: LogPage, phase: Phase, from: LogStart): Promise<boolean> {
    const { space, pod } = this.#of;
    const lines = await this.#ports.logs.read(space, pod, from, phase);
    if (lines === 'gone') throw gone(this.#of);
    if (lines === 'notStarted') return false;
    for await (const line of lines) if (!page.add(line)) return true;
    return false;
  }

  answer(): LogAnswer {
    const { name, state } = this.#of;
    const cursor = this.#place === undefined ? {} : { cursor: formatPlace(this.#place) };
    return { task: name, state, log: this.#text, ...cursor, more: this.#more };
  }
}

const formatPlace = ({ phase, lines }: LogPosition): string =>
  lines === undefined ? phase : `${phase}~${formatCursor(lines)}`;

function parsePlace(cursor: string, now: Date): LogPosition {
  const [name, lines] = cursor.split('~');
  const phase = PHASES.find((one) => one === name);
  // The answer of the other parser names the text that it was given.
  if (phase === undefined) return { phase: PHASES[0], lines: parseCursor(cursor, now) };
  return { phase, lines: lines === undefined ? undefined : parseCursor(lines, now) };
}

const gone = ({ name, state }: Of): DomainError =>
  new DomainError(
    'gone',
    `The log of build "${name}" (${state}) is gone with its pod: ${
      isEnded(state)
        ? 'a build that was cancelled, took too long or was too large takes its pod along, and a cluster removes old pods'
        : 'it was deleted from the cluster'
    }.`,
  );
