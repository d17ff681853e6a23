import { AwsV4Signer } from 'aws4fetch';
import { once, outOfReach, RetryableError, withRetry } from '../retry.ts';
import type { RoleCredentials } from './eks-token.ts';
import { awsHost } from './host.ts';

/** Session of a role. A role that assumes another gets an hour at most. */
export type RoleSession = {
  /** ARN of the role. */
  readonly role: string;
  /** Name of the session in CloudTrail: at most 64 letters, digits and "-". */
  readonly name: string;
  /** Session policy as JSON: the session has the rights that both it and the role give. */
  readonly policy: string;
  readonly region: string;
  /** URL in place of AWS's own. */
  readonly endpoint?: string | undefined;
  readonly credentials: RoleCredentials;
};

const SECONDS = 3600;

/**
 * Assumes a role by STS. Throws `unavailable` when STS does not respond or throttles; any other rejection is an error of
 * the deployment. Errors quote nothing of a response but its code.
 */
export const assumeRole = (session: RoleSession): Promise<RoleCredentials> =>
  withRetry(
    async (signal) => {
      const { status, text } = await send(session, signal);
      if (status === 200) return credentialsIn(text);
      const code = elementOf(text, 'Code') ?? `status ${status}`;
      if (status >= 500 || code.startsWith('Throttling')) throw new RetryableError(code);
      throw new Error(`STS refused a session of ${session.role}: ${code}`);
    },
    { policy: once(5_000), unavailable: outOfReach('STS, for the sign-in to the registry,') },
  );

async function send(
  { role, name, policy, region, endpoint, credentials }: RoleSession,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly text: string }> {
  const body = new URLSearchParams({
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: role,
    RoleSessionName: name,
    DurationSeconds: String(SECONDS),
    Policy: policy,
  });
  const signer = new AwsV4Signer({
    ...credentials,
    service: 'sts',
    region,
    method: 'POST',
    url: endpoint ?? `https://${awsHost('sts', region)}/`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: body.toString(),
  });
  const { url, ...request } = await signer.sign();
  const response = await fetch(url, { ...request, signal });
  return { status: response.status, text: await response.text() };
}

/** STS answers in XML; none of these values has a character that XML escapes. */
function credentialsIn(text: string): RoleCredentials {
  const accessKeyId = elementOf(text, 'AccessKeyId');
  const secretAccessKey = elementOf(text, 'SecretAccessKey');
  const sessionToken = elementOf(text, 'SessionToken');
  if (accessKeyId === undefined || secretAccessKey === undefined || sessionToken === undefined)
    throw new Error('STS answered without credentials.');
  return { accessKeyId, secretAccessKey, sessionToken };
}

function elementOf(text: string, name: string): string | undefined {
  const [, after] = text.split(`<${name}>`, 2);
  const value = after?.split('<', 1).join('');
  return value === '' ? undefined : value;
}
