import { createReadStream } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { UploadResponse } from './api/responses.ts';
import { CliError, messageOf } from './errors.ts';
import type { PackedSource } from './pack/source.ts';
import { proxyOf } from './proxy.ts';
import type { Context } from './verb.ts';

type Upload = NonNullable<UploadResponse['upload']>;

/** Maximum attempts of an upload. */
const MAX_ATTEMPTS = 5;
const FIRST_PAUSE_MS = 500;

/** Uploads a source unless the store has it. Throws a `CliError` with the store's own error. */
export async function uploadSource(context: Context, app: string, source: PackedSource): Promise<void> {
  const { screen, wait, now } = context;
  let upload = await requestUpload(context, app, source);
  if (upload === undefined) return screen.note('Source already uploaded.');
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await put(context, upload, source);
    if (outcome === 'done') break;
    const expired = now().getTime() >= Date.parse(upload.expiresAt);
    if (attempt === MAX_ATTEMPTS || (!outcome.transient && !expired)) throw new CliError(outcome.why);
    screen.progress(`Upload interrupted (${outcome.why}), retrying…`);
    await wait(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    if (!expired) continue;
    upload = await requestUpload(context, app, source);
    if (upload === undefined) break;
  }
  screen.note(`Source uploaded (${sizeOf(source.size)}).`);
}

async function requestUpload({ client }: Context, app: string, { sha256, size }: PackedSource) {
  const path = ['apps', app, 'sources'];
  // Safe to retry: a repeated request only signs another URL.
  const request = { method: 'POST', path, body: { sha256, size }, timeoutMs: 30_000 } as const;
  return (await client.request(UploadResponse, request)).value.upload;
}

type Outcome = 'done' | { readonly why: string; readonly transient: boolean };

/** Sends the file once, with exactly the signed headers. */
async function put(
  { screen, settings }: Context,
  upload: Upload,
  { file, size }: PackedSource,
): Promise<Outcome> {
  const { url, method, headers } = upload;
  const send = url.startsWith('https:') ? secureRequest : plainRequest;
  const proxy = proxyOf(settings.env, url);
  const connection = proxy && (await import('./proxied.ts')).connectBy(proxy, url);
  const request = send(url, { method, headers, ...(connection && { agent: connection.agent }) });
  const failure = connection?.watch(request);
  const outcome = new Promise<Outcome>((resolve) => {
    let cause = 'connection closed';
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      const finishUpload = () => {
        const why = failure?.()?.message;
        const text = Buffer.concat(chunks).toString();
        resolve(why === undefined ? outcomeOf(response.statusCode ?? 0, text) : { why, transient: false });
      };
      response.on('end', finishUpload).on('error', finishUpload);
    });
    // No effect after a response, which often comes before the whole file is sent.
    request.on('close', () => setImmediate(() => resolve({ why: cause, transient: true })));
    request.on('error', (error) => {
      const why = failure?.(error)?.message;
      if (why !== undefined) resolve({ why, transient: false });
      cause = messageOf(error);
    });
    request.setTimeout(60_000, () => request.destroy(new Error('no progress for 60 s')));
  });
  let sent = 0;
  const withProgress = async function* (content: AsyncIterable<Buffer>) {
    for await (const chunk of content) {
      sent += chunk.length;
      screen.progress(`Uploading ${sizeOf(sent)} of ${sizeOf(size)} (${Math.floor((sent / size) * 100)} %)…`);
      yield chunk;
    }
  };
  // The response or the closed connection reports the error.
  await pipeline(createReadStream(file), withProgress, request).catch(() => undefined);
  return outcome;
}

function outcomeOf(status: number, text: string): Outcome {
  if (status >= 200 && status < 300) return 'done';
  const code = /<Code>([^<]*)<\/Code>/.exec(text)?.[1];
  const message = /<Message>([^<]*)<\/Message>/.exec(text)?.[1];
  const error = [code, message].filter((part) => part !== undefined).join(': ');
  return {
    why: `The source store returned ${status}${error === '' ? '' : ` (${error})`}: push again. If it keeps failing, contact the operator.`,
    transient: status >= 500 || status === 429 || code === 'RequestTimeout',
  };
}

/** Formats bytes in the units of `--memory-limit`. */
function sizeOf(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(1)} KiB`;
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
