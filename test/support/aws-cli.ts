import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type AccessKey, awsEnvironment } from '../../local/credentials.ts';
import { USER } from './credentials.ts';

const run = promisify(execFile);

/** Runs a command of the AWS CLI and returns its output as JSON; `undefined` if it prints nothing. */
export type AwsCli = (...args: readonly string[]) => Promise<unknown>;

/**
 * Runs the AWS CLI and returns what it prints: the program that AWS_CLI names, else the one on the PATH. Rejects with its
 * standard error when it fails. It has these variables, and no settings of this machine.
 */
export async function runAws(
  variables: Readonly<Record<string, string>>,
  args: readonly string[],
  { cwd, timeoutMs = 30_000 }: { readonly cwd?: string; readonly timeoutMs?: number } = {},
): Promise<string> {
  const env = {
    PATH: process.env.PATH,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    ...variables,
  };
  const { stdout } = await run(process.env.AWS_CLI ?? 'aws', args, { cwd, env, timeout: timeoutMs });
  return stdout;
}

/**
 * `aws events` against an endpoint.
 */
export const awsEvents =
  (endpoint: string, key: AccessKey = USER): AwsCli =>
  async (...args) => {
    const options = ['--endpoint-url', endpoint, '--region', 'us-east-1', '--output', 'json'];
    const stdout = await runAws(awsEnvironment(key), ['events', ...args, ...options]);
    return stdout === '' ? undefined : JSON.parse(stdout);
  };
