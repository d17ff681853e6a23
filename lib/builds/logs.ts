import { DomainError } from '../platform/errors.ts';
import type { LogStart, Logs } from '../tasks/log.ts';
import { formatCursor, type LogCursor, parseCursor } from '../tasks/log-cursor.ts';
import { fillPage, type LogGap, LogPage, type LogResponse, MAX_LOG_PAGE_BYTES } from '../tasks/log-page.ts';
import { type BuildState, type BuildStep, type BuildTaskRun, isEnded, PHASES, type Phase } from './build.ts';
import type { Builds } from './builds.ts';
import { toBuild } from './result.ts';

/** Ports of reading the log of a build. */
export type BuildLogPorts = { readonly builds: Builds; readonly logs: Logs; readonly now: () => Date };

export type ReadBuildLogs = {
  readonly space: string;
  readonly build: string;
  readonly tail?: number | undefined;
  readonly cursor?: string | undefined;
};

/** Position of a reader: a phase whose heading was returned, and its lines up to here. */
type LogPosition = { readonly phase: Phase; readonly lines?: LogCursor | undefined };

/**
 * Reads a page of a build's log, phase after phase, each below a heading. Reading on from each cursor gives each line once.
 * A tail is taken from the newest phase that has started. `undefined` when no build has the name. Throws `gone` when the
 * pod was deleted.
 */
export async function readBuildLogs(
  ports: BuildLogPorts,
  { space, build: name, tail, cursor }: ReadBuildLogs,
): Promise<LogResponse | undefined> {
  const run = await ports.builds.find(space, name);
  if (run === undefined) return undefined;
  const start = cursor === undefined ? undefined : parsePosition(cursor, ports.now());
  const [taskRun] = await ports.builds.taskRuns(space, run.taskRun === undefined ? [] : [run]);
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
  const page = new BuildLogPage(ports, { space, pod: taskRun.pod, name, state });
  for (const { phase, step } of rest) {
    const isFull = await page.read(phase, step, phase === start?.phase ? start : undefined, fromEnd);
    if (isFull) break;
  }
  return page.answer();
}

type Started = { readonly phase: Phase; readonly step: BuildStep };

/** Phases that have started and were not skipped, in order, up to the first that has not ended. */
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

type BuildPod = {
  readonly space: string;
  readonly pod: string;
  readonly name: string;
  readonly state: BuildState;
};

/** Page of a build's log that is being filled, phase after phase. */
class BuildLogPage {
  readonly #ports: BuildLogPorts;
  readonly #build: BuildPod;
  #text = '';
  #bytes = 0;
  #position: LogPosition | undefined;
  #more = false;
  #gap: LogGap | undefined;

  constructor(ports: BuildLogPorts, build: BuildPod) {
    this.#ports = ports;
    this.#build = build;
  }

  /** Reads a phase; true when the page is full. */
  async read(phase: Phase, step: BuildStep, start: LogPosition | undefined, tail?: number): Promise<boolean> {
    const { space, pod } = this.#build;
    const heading = start === undefined ? `===> ${phase.toUpperCase()}\n` : '';
    const room = Math.max(MAX_LOG_PAGE_BYTES - this.#bytes - Buffer.byteLength(JSON.stringify(heading)), 0);
    const page = new LogPage({ start: start?.lines, room, isTail: tail !== undefined });
    const from: LogStart = start?.lines === undefined ? { tail } : { since: start.lines.since };
    const read = () => this.#ports.logs.read(space, pod, from, phase);
    if ((await fillPage(page, read, step.terminated !== undefined)) === 'gone') throw gone(this.#build);
    this.#text += heading + endedText(page, step);
    this.#bytes = Buffer.byteLength(JSON.stringify(this.#text));
    // Only the phase from which the page goes on can have one.
    this.#gap ??= page.gap;
    this.#position = { phase, lines: page.cursor };
    this.#more = page.isFull;
    return page.isFull;
  }

  answer(): LogResponse {
    const { name, state } = this.#build;
    const cursor = this.#position === undefined ? {} : { cursor: formatPosition(this.#position) };
    const gap = this.#gap === undefined ? {} : { gap: this.#gap };
    return { task: name, state, log: this.#text, ...gap, ...cursor, more: this.#more };
  }
}

/** Text of a phase; one that has ended ends with a line feed, before the heading of the next. */
const endedText = ({ text, isFull }: LogPage, { terminated }: BuildStep): string =>
  text === '' || text.endsWith('\n') || isFull || terminated === undefined ? text : `${text}\n`;

const formatPosition = ({ phase, lines }: LogPosition): string =>
  lines === undefined ? phase : `${phase}~${formatCursor(lines)}`;

function parsePosition(cursor: string, now: Date): LogPosition {
  const [name, lines] = cursor.split('~');
  const phase = PHASES.find((one) => one === name);
  // The parser of line cursors refuses it with its text.
  if (phase === undefined) return { phase: PHASES[0], lines: parseCursor(cursor, now) };
  return { phase, lines: lines === undefined ? undefined : parseCursor(lines, now) };
}

const gone = ({ name, state }: BuildPod): DomainError =>
  new DomainError(
    'gone',
    `The log of build "${name}" (${state}) is gone with its pod: ${
      isEnded(state)
        ? 'a build that was cancelled, took too long or was too large takes its pod along, and a cluster removes old pods'
        : 'it was deleted from the cluster'
    }.`,
  );
