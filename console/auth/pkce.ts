/** PKCE verifier and its challenge (RFC 7636). */
export type Proof = { readonly verifier: string; readonly challenge: string };

/** Encodes bytes as base64url without padding (RFC 7636). */
const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

const RANDOM_BYTES = 32;

/** Random string of 256 bits. */
export const randomText = (): string => base64url(crypto.getRandomValues(new Uint8Array(RANDOM_BYTES)));

/** Challenge of a verifier: its SHA-256. */
export async function challengeOf(verifier: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  return base64url(new Uint8Array(digest));
}

/** Creates a random verifier and its challenge. */
export async function newProof(): Promise<Proof> {
  const verifier = randomText();
  return { verifier, challenge: await challengeOf(verifier) };
}
