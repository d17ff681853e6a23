import type { Server } from 'node:http';
import * as v from 'valibot';
import { ACCOUNT, REGION } from '../account.ts';
import { AwsError } from '../aws-error.ts';
import { type AwsRequest, createAwsServer } from '../aws-server.ts';
import type { Credentials } from '../credentials.ts';
import type { StackPermissions } from '../iam/stack-permissions.ts';

const GetSecretValue = v.object({ SecretId: v.string() });

/** Suffix that Secrets Manager appends to a name in its ARN. */
const SUFFIX = 'AbCdEf';

export type SecretsManagerOptions = {
  readonly credentials: Credentials;
  /** Values of the secrets by name. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly permissions: StackPermissions;
};

/**
 * `GetSecretValue` of Secrets Manager over JSON 1.1, the only operation that the functions use. Checks permissions
 * before existence, as AWS does.
 */
export const createSecretsManagerServer = (options: SecretsManagerOptions): Server =>
  createAwsServer({
    service: 'secretsmanager',
    credentials: options.credentials,
    contentType: 'application/x-amz-json-1.1',
    handle: (request) => ({ status: 200, body: handle(options, request) }),
    errorBody: ({ code, message }) => ({ __type: code, Message: message }),
  });

function handle(
  { secrets, permissions }: SecretsManagerOptions,
  { accessKey, operation, body }: AwsRequest,
): object {
  if (operation !== 'GetSecretValue')
    throw new AwsError('UnknownOperationException', 'Only GetSecretValue is served here.');
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), GetSecretValue), body);
  if (!parsed.success) throw new AwsError('ValidationException', 'SecretId is missing.');
  const { SecretId: name } = parsed.output;
  const ARN = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}-${SUFFIX}`;
  const denial = permissions.denialOf(accessKey, 'secretsmanager:GetSecretValue', ARN);
  if (denial !== undefined) throw new AwsError(denial.code, denial.message);
  const SecretString = secrets.get(name);
  if (SecretString === undefined)
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  return { ARN, Name: name, SecretString };
}
