import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Result of a health check of Argo CD for an object: status and message. Runs it with the libraries that Argo CD gives it:
 * base and table. Throws what Lua says when it fails.
 */
export async function healthOf(
  check: string,
  object: unknown,
): Promise<{ readonly status?: string | undefined; readonly message?: string | undefined }> {
  const program = `
    local check, write = loadfile(arg[1]), io.write
    obj = ${toLua(object)}
    getmetatable("").__index = nil
    string, io, os, math, debug, package, require, loadfile, dofile = nil
    local health = check()
    write(health.status, "\\n", health.message)`;
  const { stdout } = await promisify(execFile)('lua5.1', [
    '-e',
    `arg = {[1] = ${textOf(check)}}`,
    '-e',
    program,
  ]);
  const [status, ...message] = stdout.split('\n');
  return { status, message: message.join('\n') };
}

/** A value of JSON as a literal of Lua; null is nil, as Argo CD has it. */
function toLua(value: unknown): string {
  if (value === null || value === undefined) return 'nil';
  if (typeof value === 'string') return textOf(value);
  if (Array.isArray(value)) return `{${value.map(toLua).join(', ')}}`;
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, one]) => `[${textOf(key)}] = ${toLua(one)}`)
      .join(', ')}}`;
  return String(value);
}

const textOf = (text: string): string =>
  `"${[...Buffer.from(text)].map((byte) => `\\${String(byte).padStart(3, '0')}`).join('')}"`;
