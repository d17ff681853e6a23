import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Result of the next run of a program. `hang`: runs until its timeout. */
type Fate = number | 'hang';

/** Programs of the apps in the pictures: they write a log and exit as configured. */
export type Programs = {
  /** Folder to put first in PATH. */
  readonly folder: string;
  /** Sets the result of later runs of a program; default 0. */
  fate(program: string, fate: Fate): Promise<void>;
  /** Releases waiting runs, or makes later ones wait. */
  gate(open: boolean): Promise<void>;
  remove(): Promise<void>;
};

const LINES: Readonly<Record<string, readonly string[]>> = {
  invoices: [
    'loading accounts due on $(date -u +%F)',
    '1,284 accounts, 37 without a payment method',
    'rendering batch 1/13 … 100 invoices, 1.9 s',
    'rendering batch 2/13 … 100 invoices, 1.7 s',
    'rendering batch 3/13 … 100 invoices, 2.2 s',
    'handing 300 documents to the printer queue',
  ],
  ledger: ['comparing 4 books with the bank', 'bank statement of $(date -u +%FT%H:00Z): 212 entries'],
  dunning: ['3 reminders of level 1, 1 of level 2', 'sent 4 messages'],
  orders: ['connected to orders-db', 'scanning 18,402 carts', 'expired 211 carts'],
  catalog: [
    'fetching the feed of supplier 1 of 6',
    'fetching the feed of supplier 2 of 6',
    '48,211 products, 93 changed',
  ],
  warehouse: ['copying yesterday’s events', 'partition $(date -u +%F): 2,104,882 rows'],
};

const WRONG: Readonly<Record<string, string>> = {
  invoices: 'error: printer queue refused the batch: 507 Insufficient Storage',
  ledger: 'error: 3 entries of the bank have no counterpart',
  orders: 'error: could not obtain lock on relation "carts"',
};

const scriptOf = (program: string, folder: string): string => `#!/bin/sh
${(LINES[program] ?? []).map((line) => `echo "$(date -u +%T) ${program}  ${line}"`).join('\n')}
while [ -e "${folder}/shut" ]; do sleep 0.05; done
fate=$(cat "${folder}/${program}.fate" 2>/dev/null || echo 0)
while [ "$fate" = hang ]; do sleep 0.2; done
[ "$fate" = 0 ] && echo "$(date -u +%T) ${program}  done" || echo "$(date -u +%T) ${program}  ${WRONG[program] ?? 'error'}" >&2
exit "$fate"
`;

export async function makePrograms(): Promise<Programs> {
  const folder = await mkdtemp(join(tmpdir(), 'taskbridge-programs-'));
  for (const program of Object.keys(LINES)) {
    const file = join(folder, program);
    await writeFile(file, scriptOf(program, folder));
    await chmod(file, 0o755);
  }
  const shut = join(folder, 'shut');
  return {
    folder,
    fate: (program, fate) => writeFile(join(folder, `${program}.fate`), String(fate)),
    gate: (open) => (open ? rm(shut, { force: true }) : writeFile(shut, '')),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
