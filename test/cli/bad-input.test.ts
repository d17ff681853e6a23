import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { messageOf } from '../../cli/errors.ts';
import { readCommandLine } from '../../cli/program.ts';
import { VERBS } from '../../cli/verbs.ts';
import { type CommandLine, commandLine } from '../support/command-line.ts';
import { NOBODY } from '../support/listen.ts';
import { json, type Respond, startServer, type TestServer } from '../support/test-server.ts';

/** Flags that may be specified once, of all verbs, with a value where they take one. */
const ONCE = VERBS.flatMap(({ name, flags }) =>
  flags
    .filter(({ repeatable }) => repeatable !== true)
    .map(({ flags: text, choices }) => {
      const flag = /--[\w-]+/.exec(text)?.[0] ?? text.slice(0, 2);
      return { verb: name, flag, value: text.includes('<') ? (choices?.[0] ?? '1') : '' };
    }),
);

describe('bad input', () => {
  let run: CommandLine;
  beforeAll(async () => {
    run = await commandLine({ TASKBRIDGE_URL: 'http://127.0.0.1:9', TASKBRIDGE_SPACE: 'demo' });
  });

  it('is rejected for every flag that is specified twice', async () => {
    const messages = await Promise.all(
      ONCE.map(({ verb, flag, value }) => {
        const given = value === '' ? [flag] : [flag, value];
        return readCommandLine(VERBS, [verb, ...given, ...given]).then(String, messageOf);
      }),
    );
    const flags = messages.map((message) => /(--[\w-]+|-s) is specified twice: .*/.exec(message)?.[1]);
    expect(flags).toEqual(ONCE.map(({ flag }) => flag));
  });

  it.each([
    ['an unknown verb', 'run-tsk billing', /unknown command 'run-tsk' \(Did you mean run-task\?\)/],
    ['an unknown flag', 'tasks --limt 3', /unknown option '--limt' \(Did you mean --limit\?\)/],
    ['a flag that is specified twice', 'tasks --limit 3 --limit 3', /--limit is specified twice: /],
    ['a missing value', 'tasks --limit', /option '--limit <number>' argument missing/],
    ['a missing argument', 'run-task', /missing required argument 'app'/],
    ['a name that leads to another place', 'app ..', /"\.\." is not a name: /],
    ['an empty name', "delete-job '' --force", /"" is not a name: /],
    ['a space that leads to another place', 'apps --space .', /"\." is not a name: /],
    ['one argument too many', 'task a b c', /too many arguments for 'task'/],
    [
      'a value that is not a number',
      'tasks --limit ten',
      /--limit "ten" is invalid: use a whole number, 1 or more/,
    ],
    ['an unknown format', 'tasks -o xml', /Allowed choices are json, yaml, name, wide/],
    ['an invalid URL', 'tasks --url nothing', /--url is not a URL: "nothing"/],
    ['a variable without a value', 'push a -o b -e A', /--env "A" is invalid: use --env NAME=VALUE/],
    ['a push without an image', 'push a', /use --docker-image IMAGE/],
    ['a push of nothing', 'push', /Specify the name of an app, or --manifest FILE/],
    ['a missing manifest', 'push -f none.yml', /ENOENT.*none.yml/],
    ['a trigger without a pattern', 'create-trigger a', /Specify --pattern JSON or FILE/],
    ['a pattern that is not JSON', "create-trigger a --pattern '{source'", /--pattern is not valid JSON/],
    [
      'a pattern that is nested too deep',
      `create-trigger a --pattern '{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}'`,
      /--pattern is nested too deep: it may have 32 levels/,
    ],
    ['a missing pattern file', 'create-trigger a --pattern none.json', /ENOENT.*none.json/],
    ['an unknown bus', "create-trigger a --pattern '{}' --bus own", /Allowed choices are default, service/],
    ['an unknown shell', 'completion tcsh', /bash, zsh or fish/],
  ])('suggests a fix for %s', async (_, line, message) => {
    const { code, out, err } = await run(`taskbridge ${line}`);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });

  it('reports a URL that does not respond', async () => {
    const { code, err } = await run(`taskbridge tasks --url ${NOBODY}`);
    expect(code).toBe(1);
    expect(err).toMatch(/^taskbridge: http:.* can't be reached \(.*ECONNREFUSED.*\): check the URL .*\n$/);
  });
});

describe('a server that is not Taskbridge, or denies access', () => {
  let server: TestServer;
  let run: CommandLine;
  const answers: Readonly<Record<string, Respond>> = {
    html: (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Log in</h1>'),
    redirect: (_, response) => response.writeHead(302, { location: 'https://login.example.org' }).end(),
    other: (_, response) => json(response, 200, { hello: 'world' }),
    expired: (_, response) => json(response, 401, { message: 'Unauthorized' }),
    forbidden: (_, response) =>
      json(response, 403, { message: 'The security token included in the request is expired' }),
    busy: (_, response) => json(response, 429, { message: 'Too Many Requests' }),
  };

  beforeAll(async () => {
    server = await startServer((request, response) => {
      answers[request.path.split('/')[3] ?? '']?.(request, response);
    });
    run = await commandLine({ TASKBRIDGE_URL: server.endpoint });
  });
  afterAll(() => server.close());

  it.each([
    ['html', '', /returned 200 with text\/html, not Taskbridge's JSON: check the URL/],
    ['redirect', '', /returned 302 with an unknown content type, not Taskbridge's JSON: check the URL/],
    ['other', '', /Unexpected response from http:.* \(items\): update taskbridge, or check the URL/],
    [
      'expired',
      'TASKBRIDGE_TOKEN=old',
      /\(401: Unauthorized\)\. The token may have expired.* TASKBRIDGE_TOKEN/,
    ],
    ['expired', '', /Authentication required: set TASKBRIDGE_TOKEN, or use --sign/],
    ['busy', '', /rejected the request \(429: Too Many Requests\)\. Try again in a moment/],
  ])('is reported in one line: %s %s', async (space, environment, message) => {
    const { code, out, err } = await run(`${environment} taskbridge tasks --space ${space}`);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(message);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });

  it('gets requests signed with the AWS credentials of the environment, and a hint where they have expired', async () => {
    const env = {
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'session',
      AWS_REGION: 'eu-central-1',
    };
    const { err } = await run('exec taskbridge tasks --sign --space forbidden', { env });
    expect(err).toMatch(/AWS credentials may have expired.*"aws sso login"/);
    const headers = server.received.at(-1)?.headers;
    expect(headers?.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/execute-api\/aws4_request, /,
    );
    expect(headers?.['x-amz-security-token']).toBe('session');
  });

  it('reports what is missing to sign', async () => {
    const env = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' };
    const { code, err } = await run('exec taskbridge tasks --sign --space forbidden', { env });
    expect(code).toBe(2);
    expect(err).toContain('set AWS_REGION');
  });
});
