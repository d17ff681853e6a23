import {
  appendFileSync,
  closeSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { errorCodeOf } from '../error-code.ts';
import { HEADER_LINE, JournalError, lineOf, readJournal } from './journal-format.ts';

/** Values by key that outlive the process: one file, a line for each change. */
export type Journal = {
  readonly values: ReadonlyMap<string, unknown>;
  /** Writes a value, before it returns. It must not be changed later. */
  set(key: string, value: unknown): void;
  delete(key: string): void;
  /** Closes the file. Later changes are not written. */
  close(): void;
};

export type JournalOptions = {
  readonly file: string;
  /** Called once where a change cannot be written, such as on a full disk. Nothing is written from then on. */
  readonly onFailure: (error: unknown) => void;
  /** Bytes of changes after which the file is written anew, if it has doubled too. Default: 16 MB. */
  readonly slackBytes?: number;
};

/** Ending of a file that replaces the journal once it is whole. */
export const NEW = '.new';

/**
 * Opens a journal, or creates it. A change is in the system's cache when `set` returns: it survives the process, and mostly
 * the machine. Of a last line that is not whole nothing is kept. Throws, and leaves the file as it is, where it is
 * damaged or newer.
 */
export function openJournal({ file, onFailure, slackBytes = 16 * 1024 ** 2 }: JournalOptions): Journal {
  const values = read(file);
  let { descriptor, bytes } = writeAnew(file, values);
  let limit = 2 * bytes + slackBytes;
  let isClosed = false;

  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    closeSync(descriptor);
  };

  const write = (line: string): void => {
    if (isClosed) return;
    try {
      appendFileSync(descriptor, line);
      bytes += Buffer.byteLength(line);
      if (bytes <= limit) return;
      const old = descriptor;
      ({ descriptor, bytes } = writeAnew(file, values));
      closeSync(old);
      limit = 2 * bytes + slackBytes;
    } catch (error) {
      close();
      onFailure(error);
    }
  };

  return {
    values,
    set: (key, value) => {
      values.set(key, value);
      write(lineOf([key, value]));
    },
    delete: (key) => {
      if (values.delete(key)) write(lineOf([key]));
    },
    close: () => {
      if (!isClosed) fsyncSync(descriptor);
      close();
    },
  };
}

function read(file: string): Map<string, unknown> {
  try {
    return readJournal(readFileSync(file)).values;
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return new Map();
    if (!(error instanceof JournalError)) throw error;
    throw new Error(
      `${file}: ${error.message}. Nothing was changed. Put back a copy of the folder, or name another one.`,
    );
  }
}

/** Writes a file with the values alone and puts it in the journal's place, whole or not at all. */
function writeAnew(file: string, values: ReadonlyMap<string, unknown>) {
  const descriptor = openSync(`${file}${NEW}`, 'a', 0o600);
  ftruncateSync(descriptor);
  let bytes = 0;
  const append = (text: string): void => {
    appendFileSync(descriptor, text);
    bytes += Buffer.byteLength(text);
  };
  append(HEADER_LINE);
  for (const entry of values) append(lineOf(entry));
  fsyncSync(descriptor);
  renameSync(`${file}${NEW}`, file);
  syncFolder(dirname(file));
  return { descriptor, bytes };
}

/** Makes a rename in a folder last. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
