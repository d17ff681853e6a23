import type { IncomingMessage } from 'node:http';
import { parseJson } from './decode.ts';
import { parseProtobuf } from './protobuf.ts';
import { tooLarge, unsupportedMediaType } from './status.ts';

/** Largest body of a request, in bytes. */
const LIMIT = 3 * 1024 * 1024;

const JSON_PATCH = 'application/json-patch+json';
const PATCH_TYPES = [JSON_PATCH, 'application/merge-patch+json'] as const;

/** kubectl sends this of the built-in kinds it knows. */
const STRATEGIC = 'application/strategic-merge-patch+json';

/** The whole body as text. Throws 413 for one that is too large; the rest of it is not read. */
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

/** Reads an object in JSON, or one of the two that kubectl sends as protobuf. Throws 415, 400 and 413. */
export async function readObject(request: IncomingMessage, kind: string): Promise<unknown> {
  const type = mediaType(request);
  if (type === 'application/vnd.kubernetes.protobuf') return parseProtobuf(await read(request));
  if (type !== 'application/json' && type !== '') throw unsupportedMediaType(['application/json']);
  return parseJson((await read(request)).toString(), kind);
}

/** Reads `DeleteOptions`, which may be missing. */
export async function readOptions(request: IncomingMessage): Promise<unknown> {
  const text = (await read(request)).toString();
  return text === '' ? undefined : parseJson(text, 'DeleteOptions');
}

export type Patch = { readonly kind: 'json' | 'merge' | 'strategic'; readonly body: unknown };

/** Reads a patch. Throws 415 for the kinds of patch that are not served. */
export async function readPatch(request: IncomingMessage, custom: boolean): Promise<Patch> {
  const type = mediaType(request);
  const accepted = custom ? PATCH_TYPES : [...PATCH_TYPES, STRATEGIC];
  if (!accepted.some((known) => known === type)) throw unsupportedMediaType(accepted);
  const kind = type === STRATEGIC ? 'strategic' : type === JSON_PATCH ? 'json' : 'merge';
  return { kind, body: parseJson((await read(request)).toString(), 'Patch') };
}
