import { readFile } from 'node:fs/promises';
import type { ClusterAuth } from '../config.ts';

/** A bearer token for the API server; `fresh` asks for a new one after a 401. */
export type TokenSource = (fresh: boolean) => Promise<string>;

/** Keeps what `load` gives for `forMs`: a projected token and a signed one are both good for longer than that. */
export function cachedToken(load: () => Promise<string>, forMs: number, now: () => number): TokenSource {
  let kept: { readonly token: string; readonly until: number } | undefined;
  return async (fresh) => {
    if (kept === undefined || fresh || kept.until <= now()) {
      kept = { token: await load(), until: now() + forMs };
    }
    return kept.token;
  };
}

/** A file may be written anew at any time, as Kubernetes does with projected tokens; once a minute it is read again. */
const FILE_KEPT_MS = 60_000;

export const fileToken = (file: string, now: () => number): TokenSource =>
  cachedToken(async () => (await readFile(file, 'utf8')).trim(), FILE_KEPT_MS, now);

/** Client certificate and key, in PEM. */
export async function readCertificate(auth: Extract<ClusterAuth, { kind: 'certificate' }>) {
  const [cert, key] = await Promise.all([readFile(auth.certFile), readFile(auth.keyFile)]);
  return { cert, key };
}
