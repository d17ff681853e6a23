import { eventually } from '../support/eventually.ts';

/** Whether a process of this machine is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits for a process's end. A child that lost its parent is there until the system's first process has seen it. */
export const death = (pid: number): Promise<true> =>
  eventually(async () => (isAlive(pid) ? undefined : true), {
    withinMs: 5_000,
    what: `the end of process ${pid}`,
  });
