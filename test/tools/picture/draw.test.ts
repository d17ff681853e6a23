import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { draw } from '../../../tools/picture/draw.ts';
import { readParts } from '../../../tools/picture/parts.ts';

describe('the architecture picture', () => {
  it('is that of the functions and folders that there are: `npm run picture`', async () => {
    const drawn = await readFile(new URL('../../../docs/architecture.svg', import.meta.url), 'utf8');
    expect(drawn).toBe(draw(await readParts()));
  });

  it('names every function and every feature folder once', async () => {
    const parts = await readParts();
    const names = Object.values(parts).flat();
    expect(names).toEqual(expect.arrayContaining(['run-task', 'fire-job', 'reconcile', 'tasks']));
    const drawn = draw({ ...parts, onTrigger: [...parts.onTrigger, 'another-function'] });
    for (const name of [...names, 'another-function']) expect(drawn).toContain(name);
  });
});
