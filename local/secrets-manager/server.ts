import { createServer, type IncomingMessage, type Server } from 'node:http';
import * as v from 'valibot';
import { ACCOUNT, REGION, signerOf } from '../account.ts';
import type { StackPermissions } from '../iam/stack-permissions.ts';

const GetSecretValue = v.object({ SecretId: v.string() });

/** Suffix that Secrets Manager appends to a name in its ARN. */
const SUFFIX = 'AbCdEf';

export type SecretsManagerOptions = {
  /** Values of the secrets by name. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly permissions: StackPermissions;
};

/**
 * `GetSecretValue` of Secrets Manager over JSON 1.1, the only operation that the functions use. Checks permissions
 * before existence, as AWS does.
 */
export const createSecretsManagerServer = (options: SecretsManagerOptions): Server =>
  createServer(async (request, response) => {
    const [status, body] = handle(options, request, await bodyOf(request));
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });

function handle({ secrets, permissions }: SecretsManagerOptions, request: IncomingMessage, text: string) {
  const refuse = (code: string, Message: string) => [400, { __type: code, Message }] as const;
  if (request.headers['x-amz-target'] !== 'secretsmanager.GetSecretValue')
    return refuse('UnknownOperationException', 'Only GetSecretValue is served here.');
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), GetSecretValue), text);
  if (!parsed.success) return refuse('ValidationException', 'SecretId is missing.');
  const { SecretId: name } = parsed.output;
  const ARN = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}-${SUFFIX}`;
  const accessKey = signerOf(request);
  const denial = permissions.denialOf(accessKey, 'secretsmanager:GetSecretValue', ARN);
  if (denial !== undefined) return refuse(denial.code, denial.message);
  const SecretString = secrets.get(name);
  if (SecretString === undefined)
    return refuse('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  return [200, { ARN, Name: name, SecretString }] as const;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
