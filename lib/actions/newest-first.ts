import { askedAt } from '../domain/parking.ts';
import type { RunRow } from '../ports.ts';

/** When the task was asked for, to the millisecond; its name parts those of one millisecond. */
export const keyOf = (row: RunRow): string => `${askedAt(row)} ${row.name}`;

/** Sorts the newest run to the front. */
export const newestFirst = (a: RunRow, b: RunRow): number => (keyOf(a) < keyOf(b) ? 1 : -1);
