import { randomBytes } from 'node:crypto';
import { appendFile, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeRelease } from '../../tools/release/release.ts';
import { type AwsAccount, removeBucket } from './aws-account.ts';
import { runAws } from './aws-cli.ts';
import { copyProject, type StackTemplate } from './packaged.ts';

/** Longest time of a deployment or a removal; the AWS CLI looks each 30 s. */
const TIMEOUT_MS = 1_200_000;

/** Stack of a release in an account, deployed with the AWS CLI as its notes say. */
export type DeployedStack = {
  readonly template: StackTemplate;
  /** Installs the release again, after a removal. */
  install(): Promise<void>;
  /** Makes and deploys a release with other code in each function. */
  update(): Promise<void>;
  /** Removes the stack, whatever state it is in; what is retained stays. A second call does nothing. */
  remove(): Promise<void>;
  /** Removes the files of the deployments. */
  leave(): Promise<void>;
};

export type StackOptions = {
  readonly name: string;
  /** Settings that are fixed in the release. */
  readonly fixed: Readonly<Record<string, string>>;
  /** Parameters of its template. */
  readonly parameters: Readonly<Record<string, string>>;
};

export async function deployStack(
  account: AwsAccount,
  { name, fixed, parameters }: StackOptions,
): Promise<DeployedStack> {
  const project = await copyProject();
  const out = join(project, '.release');
  const bucket = `taskbridge-code-${randomBytes(6).toString('hex')}`;
  const variables = { ...account.environment, AWS_DEFAULT_REGION: account.region };
  const aws = (...args: readonly string[]) => runAws(variables, args, { cwd: out, timeoutMs: TIMEOUT_MS });
  const formation = (command: string, ...args: readonly string[]) => aws('cloudformation', command, ...args);
  const code = ['--s3-bucket', bucket, '--s3-prefix', 'taskbridge'];
  const install = async () => {
    const packaged = ['--use-json', '--output-template-file', 'packaged.json'];
    await formation('package', '--template-file', 'template.json', ...code, ...packaged);
    const overrides = Object.entries(parameters).map(([parameter, value]) => `${parameter}=${value}`);
    await formation(
      'deploy',
      ...['--template-file', 'packaged.json', '--stack-name', name, ...code],
      ...['--capabilities', 'CAPABILITY_NAMED_IAM', '--parameter-overrides', ...overrides],
    );
  };
  const remove = async () => {
    await formation('delete-stack', '--stack-name', name);
    await formation('wait', 'stack-delete-complete', '--stack-name', name);
  };
  const leave = async () => {
    await removeBucket(account, bucket);
    await rm(project, { recursive: true, force: true });
  };
  try {
    await writeRelease({ out, fixed, project });
    await aws('s3', 'mb', `s3://${bucket}`);
    await install();
  } catch (error) {
    await remove().catch(() => {});
    await leave().catch(() => {});
    throw error;
  }
  const template: StackTemplate = JSON.parse(await readFile(join(out, 'template.json'), 'utf8'));
  return {
    template,
    install,
    remove,
    leave,
    update: async () => {
      const folder = join(project, 'functions');
      for (const file of await readdir(folder)) {
        if (file.endsWith('.ts')) await appendFile(join(folder, file), '\nexport const revision = 2;\n');
      }
      await writeRelease({ out, fixed, project });
      await install();
    },
  };
}
