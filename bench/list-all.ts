/* What the sweep is measured beside: the list of all Jobs, asked for at once and read as JSON, with nothing else. */
import { readFileSync } from 'node:fs';
import { get } from 'node:https';

export async function handler(): Promise<{ readonly listed: number }> {
  const { env } = process;
  const token = readFileSync(env.TASKBRIDGE_CLUSTER_TOKEN_FILE ?? '', 'utf8');
  const options = {
    ca: Buffer.from(env.TASKBRIDGE_CLUSTER_CA ?? '', 'base64').toString(),
    headers: { authorization: `Bearer ${token}` },
  };
  const url = `${env.TASKBRIDGE_CLUSTER_ENDPOINT}/apis/taskbridge.dev/v1alpha1/jobs`;
  const text = await new Promise<string>((resolve, reject) => {
    get(url, options, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve(Buffer.concat(chunks).toString());
    }).on('error', reject);
  });
  return { listed: JSON.parse(text).items.length };
}
