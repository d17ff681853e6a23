import * as v from 'valibot';

const Url = v.pipe(v.string(), v.url());

/** OpenID Connect code flow with PKCE, for a stage with a JWT authorizer. */
const Oidc = v.object({
  type: v.literal('oidc'),
  issuer: Url,
  clientId: v.string(),
  scope: v.optional(v.string(), 'openid'),
  /** Token to send to the API: the one whose audience is the stage's. */
  token: v.optional(v.picklist(['access', 'id']), 'access'),
});
export type Oidc = v.InferOutput<typeof Oidc>;

/** Content of `config.json`, next to index.html. */
export const Config = v.object({
  /** URL of the HTTP API; empty: the origin of this page. */
  api: v.optional(v.union([v.literal(''), Url]), ''),
  /** `link`: the link that was opened holds the token, as with the local cloud. */
  signIn: v.optional(
    v.variant('type', [v.object({ type: v.literal('none') }), v.object({ type: v.literal('link') }), Oidc]),
    {
      type: 'none',
    },
  ),
});
export type Config = v.InferOutput<typeof Config>;

/** Reads the configuration. Throws an error for the operator where it is missing or invalid. */
export async function readConfig(): Promise<Config> {
  const response = await fetch('config.json');
  if (!response.ok) throw new Error(`Can’t read config.json: the server returned ${response.status}.`);
  const parsed = v.safeParse(Config, await response.json());
  if (parsed.success) return { ...parsed.output, api: parsed.output.api.replace(/\/$/, '') };
  const [issue] = parsed.issues;
  throw new Error(`config.json: ${v.getDotPath(issue) ?? 'top level'}: ${issue.message}`);
}
