import { createHash, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { SignJWT } from 'jose';
import { listen } from '../../support/listen.ts';

/** OpenID Connect issuer with one user, who has to press a button: code flow with PKCE, for a public client. */
export type OidcIssuer = {
  readonly url: string;
  readonly publicKey: KeyObject;
  /** Number of renewals by a refresh token. */
  refreshes(): number;
  /** Invalidates the refresh tokens. */
  forget(): void;
  stop(): Promise<void>;
};

type Options = {
  readonly audience: string;
  readonly clientId: string;
  /** Claim `spaces` of the token. */
  readonly spaces: readonly string[];
  /** Lifetime of a token, in seconds. */
  readonly seconds: number;
};

type Code = { readonly challenge: string; readonly nonce: string; readonly redirectUri: string };

const random = (): string => randomBytes(24).toString('base64url');

export async function startOidcIssuer(options: Options): Promise<OidcIssuer> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const codes = new Map<string, Code>();
  const refreshTokens = new Set<string>();
  let refreshes = 0;
  let url = '';

  const sign = (claims: Record<string, unknown>, audience: string) =>
    new SignJWT({ sub: 'ada', name: 'Ada Lovelace', ...claims })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer(url)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(`${options.seconds}s`)
      .sign(privateKey);
  const tokens = async (nonce: string | undefined) => {
    const refresh = random();
    refreshTokens.add(refresh);
    return {
      access_token: await sign({ spaces: options.spaces }, options.audience),
      ...(nonce === undefined ? {} : { id_token: await sign({ nonce }, options.clientId) }),
      refresh_token: refresh,
      token_type: 'Bearer',
      expires_in: options.seconds,
    };
  };

  const given = async (form: URLSearchParams) => {
    if (form.get('client_id') !== options.clientId) return undefined;
    const refresh = form.get('refresh_token') ?? '';
    if (form.get('grant_type') === 'refresh_token') {
      // Good for one use, as issuers that turn them over have it.
      if (!refreshTokens.delete(refresh)) return undefined;
      refreshes += 1;
      return tokens(undefined);
    }
    const code = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isSound = code?.challenge === challenge && code.redirectUri === form.get('redirect_uri');
    return isSound ? tokens(code.nonce) : undefined;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    const json = (status: number, body: unknown) =>
      response
        .writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*' })
        .end(JSON.stringify(body));
    if (pathname === '/.well-known/openid-configuration') {
      json(200, { issuer: url, authorization_endpoint: `${url}/authorize`, token_endpoint: `${url}/token` });
    } else if (pathname === '/authorize') {
      response.writeHead(200, { 'content-type': 'text/html' }).end(loginPage(searchParams));
    } else if (pathname === '/approve') {
      response.writeHead(302, { location: approve(searchParams) }).end();
    } else if (pathname === '/token' && request.method === 'POST') {
      const found = await given(new URLSearchParams(Buffer.concat(await request.toArray()).toString()));
      json(found === undefined ? 400 : 200, found ?? { error: 'invalid_grant' });
    } else json(404, { error: 'not_found' });
  };

  const approve = (query: URLSearchParams): string => {
    const redirectUri = query.get('redirect_uri') ?? '';
    const code = random();
    if (query.get('code_challenge_method') !== 'S256') throw new Error('The client does not use S256.');
    codes.set(code, {
      redirectUri,
      challenge: query.get('code_challenge') ?? '',
      nonce: query.get('nonce') ?? '',
    });
    const back = new URL(redirectUri);
    back.searchParams.set('code', code);
    back.searchParams.set('state', query.get('state') ?? '');
    back.searchParams.set('iss', url);
    return back.href;
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  url = `http://127.0.0.1:${await listen(server)}`;
  return {
    url,
    publicKey,
    refreshes: () => refreshes,
    forget: () => refreshTokens.clear(),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const loginPage = (query: URLSearchParams): string =>
  `<!doctype html><title>Sign in</title><a href="/approve?${query.toString().replaceAll('&', '&amp;')}">Continue as Ada</a>`;
