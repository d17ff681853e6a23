import { describe, expect, it } from '@jest/globals';
import { sweep } from '../../../lib/adapters/kubernetes/sweep.ts';

/** A list in three parts, and what was asked of it. */
function parts() {
  const asked: (string | undefined)[] = [];
  const list = async (after?: string) => {
    asked.push(after);
    if (after === 'lost') throw new Error('lost');
    const number = Number(after ?? 0);
    return { items: [number], next: number < 2 ? String(number + 1) : undefined };
  };
  return { asked, list };
}

const same = (item: number): number => item;

describe('a sweep', () => {
  it('gives every part, and reads each item', async () => {
    const found: (readonly number[])[] = [];
    for await (const part of sweep(parts().list, (item) => item * 10)) found.push(part);
    expect(found).toEqual([[0], [10], [20]]);
  });

  it('asks for the next part before this one is worked on, and for no more', async () => {
    const { asked, list } = parts();
    const swept = sweep(list, same);
    await swept.next();
    expect(asked).toEqual([undefined, '1']);
    await swept.next();
    expect(asked).toEqual([undefined, '1', '2']);
  });

  it('that is given up leaves no error of nobody', async () => {
    const { list } = parts();
    const swept = sweep(async (after?: string) => ({ ...(await list(after)), next: 'lost' }), same);
    await swept.next();
    expect(await swept.return(undefined)).toEqual({ value: undefined, done: true });
  });

  it('ends in the error of a part', async () => {
    const { list } = parts();
    const swept = sweep(async (after?: string) => ({ ...(await list(after)), next: 'lost' }), same);
    await swept.next();
    await expect(swept.next()).rejects.toThrow('lost');
  });
});
