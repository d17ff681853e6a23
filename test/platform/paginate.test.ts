import { describe, expect, it } from '@jest/globals';
import { paginate, toArray } from '../../lib/platform/paginate.ts';

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

describe('a list in pages', () => {
  it('gives every page', async () => {
    const found: (readonly number[])[] = [];
    for await (const part of paginate(parts().list)) found.push(part);
    expect(found).toEqual([[0], [1], [2]]);
  });

  it('asks for the next part before this one is worked on, and for no more', async () => {
    const { asked, list } = parts();
    const pages = paginate(list);
    await pages.next();
    expect(asked).toEqual([undefined, '1']);
    await pages.next();
    expect(asked).toEqual([undefined, '1', '2']);
  });

  it('becomes one list', async () => {
    expect(await toArray(paginate(parts().list))).toEqual([0, 1, 2]);
  });

  it('that is given up leaves no error of nobody', async () => {
    const { list } = parts();
    const pages = paginate(async (after?: string) => ({ ...(await list(after)), next: 'lost' }));
    await pages.next();
    expect(await pages.return(undefined)).toEqual({ value: undefined, done: true });
  });

  it('ends in the error of a part', async () => {
    const { list } = parts();
    const pages = paginate(async (after?: string) => ({ ...(await list(after)), next: 'lost' }));
    await pages.next();
    await expect(pages.next()).rejects.toThrow('lost');
  });
});
