import { CORE } from './client.ts';
import type { Subject } from './errors.ts';

/** Request parameters of the Secrets in a namespace. */
export const secretsIn = (namespace: string) => ({ ...CORE, plural: 'secrets', namespace });

export const secretSubject = (space: string, name: string): Subject => ({ space, what: `Secret "${name}"` });

/** Encodes values for the `data` field of a Secret. */
export const encodeData = (data: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  );
