import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs kubectl and returns its output. */
export type Kubectl = (args: readonly string[], input?: string) => Promise<string>;

/**
 * kubectl with a kubeconfig: the program that KUBECTL names, else the one on the PATH. Rejects with what it printed on
 * standard error when it fails.
 */
export const kubectl =
  (kubeconfig: string): Kubectl =>
  async (args, input = '') => {
    const program = process.env.KUBECTL ?? 'kubectl';
    const running = run(program, [`--kubeconfig=${kubeconfig}`, ...args], { timeout: 30_000 });
    running.child.stdin?.end(input);
    const { stdout } = await running;
    return stdout;
  };
