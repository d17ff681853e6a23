import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as v from 'valibot';

const run = promisify(execFile);

/** Runs kubectl, with these variables besides those of this process, and returns its output. */
export type Kubectl = (
  args: readonly string[],
  input?: string,
  variables?: Readonly<Record<string, string>>,
) => Promise<string>;

/**
 * kubectl with a kubeconfig: the program that KUBECTL names, else the one on the PATH. Rejects with what it printed on
 * standard error when it fails.
 */
export const kubectl =
  (kubeconfig: string): Kubectl =>
  async (args, input = '', variables = {}) => {
    const program = process.env.KUBECTL ?? 'kubectl';
    const running = run(program, [`--kubeconfig=${kubeconfig}`, ...args], {
      timeout: 30_000,
      env: { ...process.env, ...variables },
    });
    running.child.stdin?.end(input);
    const { stdout } = await running;
    return stdout;
  };

const Failed = v.object({ stdout: v.string() });

/** Output of a kubectl that may exit with another code than 0, as `diff` does where there are differences. */
export const printedBy = (running: Promise<string>): Promise<string> =>
  running.catch((error: unknown) => v.parse(Failed, error).stdout);
