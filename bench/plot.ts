import type { ConcurrentPoint } from './concurrent-run-task.ts';
import type { SweepPoint } from './polling.ts';
import type { PrunePoint } from './pruning.ts';

export type Curves = {
  readonly prune: readonly PrunePoint[];
  readonly burst: readonly ConcurrentPoint[];
  readonly polling: readonly SweepPoint[];
};

type Point = readonly [x: number, y: number];
type Line = { readonly name: string; readonly points: readonly Point[] };
type Panel = {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly lines: readonly Line[];
};

const COLUMNS = 2;
const WIDTH = 340;
const HEIGHT = 240;
const LEFT = 56;
const RIGHT = 16;
const TOP = 44;
const BOTTOM = 40;
const COLOURS = ['#1f6feb', '#8b949e', '#d29922'];

/** Draws the measured cost curves as SVG: one panel a curve, each from zero. */
export function plot({ prune, burst, polling }: Curves): string {
  const panels: readonly Panel[] = [
    {
      title: 'Prune: read from the API server',
      x: 'apps with 600 tasks',
      y: 'MB',
      lines: [
        { name: 'prune', points: prune.map(({ apps, pruneKB }) => [apps, pruneKB / 1024]) },
        { name: 'full lists', points: prune.map(({ apps, fullKB }) => [apps, fullKB / 1024]) },
      ],
    },
    {
      title: 'Tasks of one app, a page of 50',
      x: 'apps with 500 tasks in the space',
      y: 'ms',
      lines: [{ name: 'tasks?app=', points: prune.map(({ apps, listMs }) => [apps, listMs]) }],
    },
    {
      title: 'Concurrent run-task requests',
      x: 'tasks',
      y: 's',
      lines: [
        { name: 'run-task', points: burst.map(({ count, oursMs }) => [count, oursMs / 1000]) },
        { name: 'raw POSTs', points: burst.map(({ count, rawMs }) => [count, rawMs / 1000]) },
      ],
    },
    {
      title: 'One reconcile',
      x: 'jobs',
      y: 's',
      lines: [
        { name: 'first', points: polling.map(({ jobs, firstMs }) => [jobs, firstMs / 1000]) },
        { name: 'later', points: polling.map(({ jobs, laterMs }) => [jobs, laterMs / 1000]) },
      ],
    },
  ];
  const shown = panels.map(
    (panel, index) =>
      `<g transform="translate(${(index % COLUMNS) * WIDTH} ${Math.floor(index / COLUMNS) * HEIGHT})">\n${drawn(panel)}\n</g>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${COLUMNS * WIDTH} ${Math.ceil(panels.length / COLUMNS) * HEIGHT}" font-family="sans-serif" font-size="11">`,
    `<title>How cost grows</title>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    ...shown,
    '</svg>\n',
  ].join('\n');
}

function drawn({ title, x, y, lines }: Panel): string {
  const all = lines.flatMap(({ points }) => points);
  const right = roundUp(Math.max(...all.map(([value]) => value)));
  const top = roundUp(Math.max(...all.map(([, value]) => value)));
  const atX = (value: number): number => LEFT + (value / right) * (WIDTH - LEFT - RIGHT);
  const atY = (value: number): number => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM);
  const text = (at: Point, words: string, anchor: string): string =>
    `<text x="${at[0].toFixed(1)}" y="${at[1].toFixed(1)}" text-anchor="${anchor}">${words}</text>`;
  return [
    `<text x="${LEFT}" y="16" font-weight="bold">${title}</text>`,
    `<path d="M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - RIGHT}" fill="none" stroke="#8b949e"/>`,
    text([LEFT - 6, atY(top) + 4], `${top} ${y}`, 'end'),
    text([LEFT - 6, atY(0) + 4], '0', 'end'),
    text([atX(right), HEIGHT - BOTTOM + 14], String(right), 'end'),
    text([(LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8], x, 'middle'),
    ...lines.flatMap(({ name, points }, index) => [
      ...points.map(
        (point) =>
          `<circle cx="${atX(point[0]).toFixed(1)}" cy="${atY(point[1]).toFixed(1)}" r="3" fill="${COLOURS[index]}"/>`,
      ),
      `<polyline points="${meansOf(points)
        .map((point) => `${atX(point[0]).toFixed(1)},${atY(point[1]).toFixed(1)}`)
        .join(' ')}" fill="none" stroke="${COLOURS[index]}"/>`,
      `<text x="${LEFT + index * 90}" y="32" fill="${COLOURS[index]}">${name}</text>`,
    ]),
  ].join('\n');
}

/** One point for each x, in their order. */
function meansOf(points: readonly Point[]): readonly Point[] {
  const places = [...new Set(points.map(([x]) => x))].toSorted((a, b) => a - b);
  return places.map((place) => {
    const values = points.filter(([x]) => x === place).map(([, y]) => y);
    return [place, values.reduce((sum, value) => sum + value, 0) / values.length];
  });
}

/** The next of 1, 2 or 5 with zeros. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10) * power;
}
