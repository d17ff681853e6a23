import { randomBytes, X509Certificate } from 'node:crypto';
import * as v from 'valibot';
import { type Certificate, createCertificate } from '../kubernetes/certificate.ts';
import type { Codec, Data } from './data.ts';

/** Secrets of a local cloud from which the others come. */
export type Identity = {
  /** Seed of the AWS access keys and of the developer's token. */
  readonly seed: Buffer;
  /** Token of the cluster admin. */
  readonly adminToken: string;
  readonly certificate: Certificate;
};

const TEXT: Codec<string> = { encode: (text) => text, decode: (kept) => v.parse(v.string(), kept) };
const NUMBER: Codec<number> = { encode: (port) => port, decode: (kept) => v.parse(v.number(), kept) };

const SECRET_BYTES = 32;

/** Time before its end in ms at which a certificate is replaced: a month. */
const RENEWAL_MS = 30 * 24 * 3_600_000;

/** Identity of a start: the one that is kept, else a new one. */
export function identityOf(data: Data | undefined, now = Date.now()): Identity {
  const secrets = data?.map('secret', TEXT) ?? new Map<string, string>();
  const secret = (name: string): string => {
    const kept = secrets.get(name) ?? randomBytes(SECRET_BYTES).toString('base64url');
    if (!secrets.has(name)) secrets.set(name, kept);
    return kept;
  };
  return {
    seed: Buffer.from(secret('seed'), 'base64url'),
    adminToken: secret('admin'),
    certificate: certificateOf(secrets, now),
  };
}

/** Certificate that is kept, unless it is about to end: kubeconfigs that were copied need the new one then. */
function certificateOf(secrets: Map<string, string>, now: number): Certificate {
  const [cert, key] = [secrets.get('certificate'), secrets.get('key')];
  if (cert !== undefined && key !== undefined) {
    const end = Date.parse(new X509Certificate(cert).validTo);
    if (end - now > RENEWAL_MS) return { cert, key };
  }
  const made = createCertificate('localhost', now);
  secrets.set('key', made.key);
  secrets.set('certificate', made.cert);
  return made;
}

/** Ports of the listeners by their names, so that each has the same at every start. */
export const portsOf = (data: Data | undefined): Map<string, number> =>
  data?.map('port', NUMBER) ?? new Map<string, number>();
