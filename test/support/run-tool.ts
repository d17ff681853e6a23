import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { awsEnvironment } from '../../local/credentials.ts';
import { USER } from './credentials.ts';

const BUILT = fileURLToPath(new URL('../../.build/', import.meta.url));

/** Exit code of a tool, with its output. */
type ToolEnd = { readonly code: number | null; readonly output: string };

/** Runs a tool of tools/operators/, from its bundle, against a local EventBridge, with these arguments and this answer to what it asks. */
export const runTool = (
  tool: string,
  {
    args,
    answer,
    endpoints,
  }: {
    readonly args: readonly string[];
    readonly answer: string;
    readonly endpoints: Readonly<Record<string, string>>;
  },
): Promise<ToolEnd> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [`${BUILT}${tool}.mjs`, ...args], {
      env: {
        PATH: process.env.PATH,
        AWS_REGION: 'us-east-1',
        ...awsEnvironment(USER),
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        ...endpoints,
      },
    });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString() }));
    child.stdin.end(answer);
  });
