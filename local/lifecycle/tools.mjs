import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

/** `sha256sum -c -`: checks lines `SUM  FILE` of the standard input. */
async function sha256sum() {
  const lines = (await text(process.stdin)).split('\n').filter((line) => line !== '');
  for (const line of lines) {
    const [, expected, file] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    if (file === undefined) throw new Error(`no line of the form "SUM  FILE": ${line}`);
    const sum = createHash('sha256');
    await pipeline(createReadStream(file), sum);
    const isRight = sum.digest('hex') === expected;
    console.log(`${file}: ${isRight ? 'OK' : 'FAILED'}`);
    if (!isRight) process.exitCode = 1;
  }
}

/** `wget -q -O FILE URL`: downloads a file. @param {readonly string[]} args */
async function wget(args) {
  const [file = '', url = ''] = args.slice(-2);
  const response = await fetch(url);
  if (!response.ok || response.body === null) throw new Error(`${response.status} ${response.statusText}`);
  await pipeline(Readable.fromWeb(response.body), createWriteStream(file));
}

const [name, ...args] = process.argv.slice(2);
await (name === 'wget' ? wget(args) : sha256sum()).catch((error) => {
  console.error(`${name}: ${error.message}`);
  process.exitCode = 1;
});
