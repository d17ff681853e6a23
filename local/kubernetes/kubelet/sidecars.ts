import { setTimeout as delay } from 'node:timers/promises';
import { timestamp } from '../object.ts';
import type { StartedContainer } from './container-start.ts';
import type { RunningProcess } from './process.ts';

/** Grace period of sidecars in ms, once the steps have ended. */
const STOP_GRACE_MS = 2_000;

/** Sidecars of a pod. */
export type Sidecars = {
  /** Resolves when every sidecar is ready or has ended; the steps start then (measured). */
  readonly ready: Promise<void>;
  /** Stops the sidecars. */
  end(): Promise<void>;
};

/** Starts the sidecars of a pod. */
export function startSidecars(containers: readonly StartedContainer[]): Sidecars {
  const started = containers.flatMap((sidecar) => {
    const process = sidecar.run(() => sidecar.start(sidecar.log));
    return process === undefined ? [] : [{ sidecar, process, reported: reportExit(sidecar, process) }];
  });
  return {
    ready: Promise.all(started.map((one) => readyOrEnded(one))).then(() => undefined),
    end: async () => {
      for (const { process } of started) process.terminate(STOP_GRACE_MS);
      await Promise.all(started.map(({ reported }) => reported));
    },
  };
}

async function reportExit({ startedAt, setState }: StartedContainer, process: RunningProcess): Promise<void> {
  const exitCode = await process.ended;
  const reason = exitCode === 0 ? 'Completed' : 'Error';
  setState({ terminated: { exitCode, reason, startedAt, finishedAt: timestamp() } });
}

type Started = {
  readonly sidecar: StartedContainer;
  readonly process: RunningProcess;
  readonly reported: Promise<void>;
};

/** Runs the readiness probe until it succeeds or the sidecar ends. Without a probe the sidecar is ready immediately. */
async function readyOrEnded({ sidecar, reported }: Started): Promise<void> {
  const { readinessProbe: probe } = sidecar.container;
  if (probe === undefined) return;
  const ended = new AbortController();
  void reported.then(() => ended.abort());
  while (!ended.signal.aborted) {
    const process = sidecar.run(() => sidecar.exec(probe.exec.command));
    if (process === undefined || (await process.ended) === 0) return;
    await delay(probe.periodSeconds * 1_000, undefined, { signal: ended.signal }).catch(() => undefined);
  }
}
