import type { IncomingMessage } from 'node:http';
import { parseJson } from './decode.ts';
import { parseProtobuf } from './protobuf.ts';
import { tooLarge, unsupportedMediaType } from './status.ts';

/** Limit of a request's body in bytes. */
const LIMIT = 3 * 1024 * 1024;

const JSON_PATCH = 'application/json-patch+json';
const PATCH_TYPES = [JSON_PATCH, 'application/merge-patch+json'] as const;

/** Patch type that kubectl uses for built-in kinds. */
const STRATEGIC = 'application/strategic-merge-patch+json';

/** Reads the body. Throws 413 if it is too large; the rest is not read. */
async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > LIMIT) throw tooLarge(LIMIT);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const mediaType = ({ headers }: IncomingMessage): string =>
  (headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';

/** Reads an object in JSON, or one of the two that kubectl sends as protobuf. Throws 400, 413 and 415. */
export async function readObject(request: IncomingMessage, kind: string): Promise<unknown> {
  const type = mediaType(request);
  if (type === 'application/vnd.kubernetes.protobuf') return parseProtobuf(await read(request));
  if (type !== 'application/json' && type !== '') throw unsupportedMediaType(['application/json']);
  return parseJson((await read(request)).toString(), kind);
}

/** Reads optional `DeleteOptions`. */
export async function readOptions(request: IncomingMessage): Promise<unknown> {
  const text = (await read(request)).toString();
  return text === '' ? undefined : parseJson(text, 'DeleteOptions');
}

export type Patch = { readonly kind: 'json' | 'merge' | 'strategic'; readonly body: unknown };

/** Reads a patch. Throws 415 for unsupported patch types. */
export async function readPatch(request: IncomingMessage, custom: boolean): Promise<Patch> {
  const type = mediaType(request);
  const accepted = custom ? PATCH_TYPES : [...PATCH_TYPES, STRATEGIC];
  if (!accepted.some((known) => known === type)) throw unsupportedMediaType(accepted);
  const kind = type === STRATEGIC ? 'strategic' : type === JSON_PATCH ? 'json' : 'merge';
  return { kind, body: parseJson((await read(request)).toString(), 'Patch') };
}
