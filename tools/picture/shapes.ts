/** Text colour of each walk of the picture, as a class of its style sheet. */
export type Colour = 'plain' | 'request' | 'trigger' | 'minute';

/** Top left corner, width and height of a box, in units of the view box. */
export type Area = readonly [x: number, y: number, width: number, height: number];

/** A rectangle with a title and lines of text below it. `kind` is its class: what it is, so how it is filled. */
export function box(
  [x, y, width, height]: Area,
  title: string,
  lines: readonly string[] = [],
  kind: 'box' | 'frame' | 'io' | 'state' = 'box',
): string {
  return [
    `<rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>`,
    text([x + 10, y + 18], title, 'title'),
    ...lines.map((line, index) => text([x + 10, y + 36 + index * 15], line, 'line')),
  ].join('\n');
}

/** An arrow through points ("10,20 30,20"), straight from each to the next. */
export const arrow = (points: string, colour: Colour = 'plain', more = ''): string =>
  `<polyline class="arrow ${colour} ${more}" marker-end="url(#${colour})" points="${points}"/>`;

export const text = ([x, y]: readonly [number, number], words: string, kind: string): string =>
  `<text class="${kind}" x="${x}" y="${y}">${escaped(words)}</text>`;

/** The number of a walk in a disc. */
export const badge = ([x, y]: readonly [number, number], number: number, colour: Colour): string =>
  `<circle class="badge ${colour}" cx="${x}" cy="${y}" r="10"/><text class="number" x="${x}" y="${y + 4}">${number}</text>`;

const escaped = (words: string): string =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Words in lines of at most so many characters, separated by commas. */
export function wrap(words: readonly string[], most: number): readonly string[] {
  const lines: string[] = [];
  for (const [index, word] of words.entries()) {
    const part = index === words.length - 1 ? word : `${word},`;
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + part.length <= most)
      lines[lines.length - 1] = `${last} ${part}`;
    else lines.push(part);
  }
  return lines;
}
