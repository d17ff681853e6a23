import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { bundleConsole, consolePolicy } from '../../tools/build/console.mjs';

const MAX_BYTES = 64 * 1024;

const text = (body: Uint8Array): string => new TextDecoder().decode(body);

describe('the files of the console', () => {
  it('are 64 KB in all, at most, as they go over the wire', async () => {
    const files = await bundleConsole();
    const bytes = files.reduce((sum, { body }) => sum + gzipSync(body).length, 0);
    expect(bytes).toBeLessThan(MAX_BYTES);
  });

  it('refer to each other, and to no other host', async () => {
    const files = await bundleConsole();
    const names = files.map(({ name }) => name);
    const page = text(files.find(({ name }) => name === 'index.html')?.body ?? new Uint8Array());
    const named = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, file]) => file ?? '');
    expect(named).toHaveLength(5);
    expect(named.filter((file) => !names.includes(file))).toEqual([]);
    expect(page).not.toMatch(/style=|onload=|<script>|<style>/);
    for (const { body } of files) expect(text(body)).not.toMatch(/@import|url\(\s*["']?https?:/);
  });

  it('are cached forever where the name has a hash of the content', async () => {
    const forGood = (await bundleConsole()).filter((file) => file.forGood).map(({ name }) => name);
    expect(forGood).toEqual([
      expect.stringMatching(/^main-[A-Z0-9]{8}\.js$/),
      expect.stringMatching(/^main-[A-Z0-9]{8}\.css$/),
    ]);
  });

  it('are served with a policy that allows no inline script', () => {
    const policy = consolePolicy(['https://api.example']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self' https://api.example;");
    expect(policy).not.toMatch(/unsafe|\*/);
  });
});
