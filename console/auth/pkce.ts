/** RFC 7636: what a code may be exchanged with, and what is shown of it before. */
export type Proof = { readonly verifier: string; readonly challenge: string };

/** Base64url without padding, as RFC 7636 has it. */
const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

const RANDOM_BYTES = 32;

/** A text that nobody can guess. */
export const randomText = (): string => base64url(crypto.getRandomValues(new Uint8Array(RANDOM_BYTES)));

/** The challenge of a verifier: its SHA-256. */
export async function challengeOf(verifier: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  return base64url(new Uint8Array(digest));
}

export async function newProof(): Promise<Proof> {
  const verifier = randomText();
  return { verifier, challenge: await challengeOf(verifier) };
}
