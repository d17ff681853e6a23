import { afterEach, describe, expect, it } from '@jest/globals';
import { ecrRegistry, sessionPolicy } from '../../lib/builds/repository-registry.ts';
import { allows } from '../../local/iam/policy.ts';
import { startServer, type TestServer } from '../support/test-server.ts';

const REPOSITORY = '111122223333.dkr.ecr.eu-central-1.amazonaws.com/apps/built';
const role = 'arn:aws:iam::111122223333:role/taskbridge-dev-eu-central-1-registry';
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
const SESSION =
  '<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIASESSION</AccessKeyId>' +
  '<SecretAccessKey>one</SecretAccessKey><SessionToken>two</SessionToken></Credentials></AssumeRoleResult></AssumeRoleResponse>';
const TOKEN = { authorizationData: [{ authorizationToken: 'QVdTOnRva2Vu' }] };

let server: TestServer | undefined;
afterEach(() => server?.close());

type Answers = { readonly sts?: readonly [number, string]; readonly ecr?: readonly [number, unknown] };

async function ask({ sts: [code, xml] = [200, SESSION], ecr: [status, body] = [200, TOKEN] }: Answers) {
  server = await startServer(({ path }, response) =>
    path === '/sts'
      ? response.writeHead(code).end(xml)
      : response.writeHead(status).end(JSON.stringify(body)),
  );
  const { endpoint } = server;
  const registry = { region: 'eu-central-1', repository: REPOSITORY, role, credentials };
  return ecrRegistry({ ...registry, endpoint, stsEndpoint: `${endpoint}/sts` }).credentials('team-a');
}

describe('the registry', () => {
  it('has the token of ECR for the host of its repository, by a session of its role', async () => {
    expect(JSON.parse(await ask({}))).toEqual({
      auths: { '111122223333.dkr.ecr.eu-central-1.amazonaws.com': { auth: 'QVdTOnRva2Vu' } },
    });
    const [session, token] = server?.received ?? [];
    expect(Object.fromEntries(new URLSearchParams(session?.body))).toEqual({
      Action: 'AssumeRole',
      Version: '2011-06-15',
      RoleArn: role,
      RoleSessionName: 'build-team-a',
      DurationSeconds: '3600',
      Policy: JSON.stringify(sessionPolicy({ repository: REPOSITORY, role }, 'team-a')),
    });
    expect(token?.headers).toMatchObject({
      'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken',
      'x-amz-security-token': 'two',
      authorization: expect.stringContaining('Credential=ASIASESSION/'),
    });
  });

  it('limits a session to the repository of its space', () => {
    const policy = sessionPolicy({ repository: REPOSITORY, role }, 'team-a');
    const statements = policy.Statement.map(({ Action, Resource }) => ({
      Effect: 'Allow' as const,
      Action: [Action].flat(),
      Resource: [Resource],
    }));
    const arn = 'arn:aws:ecr:eu-central-1:111122223333:repository/apps/built';
    const may = (action: string, name: string) => allows(statements, `ecr:${action}`, `${arn}${name}`);
    expect([may('PutImage', '/team-a'), may('BatchGetImage', '/team-a'), may('BatchGetImage', '')]).toEqual([
      true,
      true,
      true,
    ]);
    for (const other of ['', '/team-b', '/team-a2', '/team-a/x', '/team', '-x/team-a'])
      expect([other, may('PutImage', other)]).toEqual([other, false]);
    for (const other of ['/team-b', '/team-a2', '/team-a/x'])
      expect([other, may('BatchGetImage', other)]).toEqual([other, false]);
    expect(JSON.stringify(policy).length).toBeLessThan(2048);
  });

  it('says where its prefix is not of ECR', () => {
    expect(() => sessionPolicy({ repository: 'registry.example/apps', role }, 'team-a')).toThrow(
      'imageRepository "registry.example/apps" is not of ECR',
    );
  });

  it.each<readonly [string, Answers, string]>([
    ['ECR throttles', { ecr: [400, { __type: 'ThrottlingException' }] }, 'The registry ECR'],
    ['STS is broken', { sts: [503, ''] }, 'STS, for the sign-in to the registry,'],
  ])('is out of reach when %s', async (_, answers, what) => {
    await expect(ask(answers)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining(`${what} is out of reach`),
    });
  });

  it.each<readonly [string, Answers, RegExp]>([
    [
      'STS',
      {
        sts: [
          403,
          '<ErrorResponse><Error><Code>AccessDenied</Code><Message>secret</Message></Error></ErrorResponse>',
        ],
      },
      /^STS refused a session of arn:aws:iam::111122223333:role\/taskbridge-dev-eu-central-1-registry: AccessDenied$/,
    ],
    [
      'ECR',
      { ecr: [400, { __type: 'AccessDeniedException', message: 'secret' }] },
      /^ECR refused a token to push with: AccessDeniedException$/,
    ],
  ])('fails when %s rejects the request, with its error code alone', async (_, answers, message) => {
    await expect(ask(answers)).rejects.toThrow(message);
  });

  it('fails without a token, or a session', async () => {
    await expect(ask({ ecr: [200, { authorizationData: [] }] })).rejects.toThrow(
      /^ECR answered without a token\.$/,
    );
    await server?.close();
    await expect(ask({ sts: [200, '<a/>'] })).rejects.toThrow(/^STS answered without credentials\.$/);
  });
});
