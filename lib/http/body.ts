import { DomainError } from '../platform/errors.ts';

/** Longest body, in bytes. A request to etcd takes 1.5 MB, and a run holds the app's environment twice. */
const MAX_BODY_BYTES = 256 * 1024;

/** The JSON value of a request's body; an absent body is an empty object, since every field of ours has a name. */
export function jsonBody(body: string | undefined, isBase64Encoded: boolean): unknown {
  const bytes = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_BODY_BYTES) {
    throw new DomainError(
      'tooLarge',
      `The body has ${bytes.length} bytes; at most ${MAX_BODY_BYTES} are allowed.`,
    );
  }
  const text = decodeBody(bytes);
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DomainError(
      'malformed',
      `The body is not JSON: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** Bytes that are no UTF-8 are refused: a replaced character would not be what the user sent. */
function decodeBody(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new DomainError('malformed', 'The body is not UTF-8.');
  }
}
