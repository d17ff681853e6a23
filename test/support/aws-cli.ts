import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs a command of the AWS CLI and returns its output as JSON; `undefined` if it prints nothing. */
export type AwsCli = (...args: readonly string[]) => Promise<unknown>;

/**
 * `aws events` against an endpoint: the program that AWS_CLI names, else the one on the PATH. Rejects with what it
 * printed on standard error when it fails. It knows no account of this machine: its settings are empty files.
 */
export const awsEvents =
  (endpoint: string): AwsCli =>
  async (...args) => {
    const program = process.env.AWS_CLI ?? 'aws';
    const env = {
      PATH: process.env.PATH,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    };
    const options = ['--endpoint-url', endpoint, '--region', 'us-east-1', '--output', 'json'];
    const { stdout } = await run(program, ['events', ...args, ...options], { env, timeout: 30_000 });
    return stdout === '' ? undefined : JSON.parse(stdout);
  };
