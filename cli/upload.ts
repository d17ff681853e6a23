import { createReadStream } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { UploadAnswer } from '../client/answers.ts';
import { messageOf, Refusal } from './errors.ts';
import type { PackedSource } from './pack/source.ts';
import type { Context } from './verb.ts';

type Upload = NonNullable<UploadAnswer['upload']>;

/** So often an upload that is cut is begun anew. */
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 500;

/** Brings a source to the store, unless it is there. Throws a refusal in the store's own words. */
export async function uploadSource(context: Context, app: string, source: PackedSource): Promise<void> {
  const { screen, wait, now } = context;
  let upload = await askUpload(context, app, source);
  if (upload === undefined) return screen.note('The source is already there: nothing is uploaded.');
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await put(context, upload, source);
    if (outcome === 'done') break;
    const expired = now().getTime() >= Date.parse(upload.expiresAt);
    if (attempt === ATTEMPTS || (!outcome.passing && !expired)) throw new Refusal(outcome.why);
    screen.progress(`The upload was cut (${outcome.why}) and begins anew…`);
    await wait(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    if (!expired) continue;
    upload = await askUpload(context, app, source);
    if (upload === undefined) break;
  }
  screen.note(`The source is uploaded (${sizeOf(source.size)}).`);
}

async function askUpload({ client }: Context, app: string, { sha256, size }: PackedSource) {
  const path = ['apps', app, 'sources'];
  // What is asked twice is signed twice, and that is all.
  const request = { method: 'POST', path, body: { sha256, size }, patienceMs: 30_000 } as const;
  return (await client.ask(UploadAnswer, request)).value.upload;
}

type Outcome = 'done' | { readonly why: string; readonly passing: boolean };

/** Sends it once, with the headers that were signed and no others. */
async function put({ screen }: Context, upload: Upload, { file, size }: PackedSource): Promise<Outcome> {
  const { url, method, headers } = upload;
  const send = url.startsWith('https:') ? secureRequest : plainRequest;
  const request = send(url, { method, headers });
  const answer = new Promise<Outcome>((resolve) => {
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      const settle = () => resolve(outcomeOf(response.statusCode ?? 0, Buffer.concat(chunks).toString()));
      response.on('end', settle).on('error', settle);
    });
    // After an answer this changes nothing: a refusal often comes before all was sent.
    request.on('close', () => setImmediate(resolve, { why: 'the connection broke', passing: true }));
    request.on('error', (error) => setTimeout(resolve, 100, { why: messageOf(error), passing: true }));
    request.setTimeout(60_000, () => request.destroy(new Error('nothing moved for a minute')));
  });
  let sent = 0;
  const counted = async function* (content: AsyncIterable<Buffer>) {
    for await (const chunk of content) {
      sent += chunk.length;
      screen.progress(`Uploading ${sizeOf(sent)} of ${sizeOf(size)} (${Math.floor((sent / size) * 100)} %)…`);
      yield chunk;
    }
  };
  // What stops it is told by the answer or by the connection.
  await pipeline(createReadStream(file), counted, request).catch(() => undefined);
  return answer;
}

function outcomeOf(status: number, text: string): Outcome {
  if (status >= 200 && status < 300) return 'done';
  const code = /<Code>([^<]*)<\/Code>/.exec(text)?.[1];
  const message = /<Message>([^<]*)<\/Message>/.exec(text)?.[1];
  const said = [code, message].filter((part) => part !== undefined).join(': ');
  return {
    why: `The store refuses the source with ${status}${said === '' ? '' : ` (${said})`}: push again; if it stays so, tell the operator.`,
    passing: status >= 500 || status === 429 || code === 'RequestTimeout',
  };
}

/** In the units of `--memory-limit`. */
function sizeOf(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(1)} KiB`;
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
