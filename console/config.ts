import * as v from 'valibot';

const Url = v.pipe(v.string(), v.url());

/** The code flow of OpenID Connect with PKCE, for a stage whose authorizer is a JWT. */
const Oidc = v.object({
  type: v.literal('oidc'),
  issuer: Url,
  clientId: v.string(),
  scope: v.optional(v.string(), 'openid'),
  /** Which token of the issuer the API is sent: the one whose audience is the stage's. */
  token: v.optional(v.picklist(['access', 'id']), 'access'),
});
export type Oidc = v.InferOutput<typeof Oidc>;

/** `config.json` beside index.html. */
export const Config = v.object({
  /** Where the HTTP API is; empty: where this page is from. */
  api: v.optional(v.union([v.literal(''), Url]), ''),
  signIn: v.optional(v.variant('type', [v.object({ type: v.literal('none') }), Oidc]), { type: 'none' }),
});
export type Config = v.InferOutput<typeof Config>;

/** The configuration of this page. Throws, in words for whoever deployed it, when it can't be read. */
export async function readConfig(): Promise<Config> {
  const response = await fetch('config.json');
  if (!response.ok) throw new Error(`config.json can't be read: the server answered ${response.status}.`);
  const parsed = v.safeParse(Config, await response.json());
  if (parsed.success) return { ...parsed.output, api: parsed.output.api.replace(/\/$/, '') };
  const [issue] = parsed.issues;
  throw new Error(`config.json: ${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}`);
}
