/* Anchor of the lists: whole objects, 500 a part, read as JSON, with nothing else. */
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:https';

const { env } = process;
const agent = new Agent({ keepAlive: true });

/** Reads the lists of these paths to their ends, one after another. */
export async function handler({
  paths,
}: {
  readonly paths: readonly string[];
}): Promise<{ readonly listed: number }> {
  let listed = 0;
  for (const path of paths) {
    let next: string | undefined = '';
    while (next !== undefined) {
      const { metadata, items } = await read(
        `${path}${path.includes('?') ? '&' : '?'}limit=500&continue=${next}`,
      );
      listed += items.length;
      next = metadata.continue || undefined;
    }
  }
  return { listed };
}

type List = { readonly metadata: { readonly continue?: string }; readonly items: readonly unknown[] };

async function read(path: string): Promise<List> {
  const token = readFileSync(env.TASKBRIDGE_CLUSTER_TOKEN_FILE ?? '', 'utf8');
  const options = {
    agent,
    ca: Buffer.from(env.TASKBRIDGE_CLUSTER_CA ?? '', 'base64').toString(),
    headers: { authorization: `Bearer ${token}` },
  };
  const text = await new Promise<string>((resolve, reject) => {
    get(`${env.TASKBRIDGE_CLUSTER_ENDPOINT}${path}`, options, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve(Buffer.concat(chunks).toString());
    }).on('error', reject);
  });
  return JSON.parse(text);
}
