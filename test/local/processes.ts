import { eventually } from '../support/eventually.ts';

/** Tests if a process exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits for the end of a process. An orphan exists until init has reaped it. */
export const death = (pid: number): Promise<true> =>
  eventually(async () => (isAlive(pid) ? undefined : true), {
    what: `the end of process ${pid}`,
  });
