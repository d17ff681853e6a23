import { chmod, mkdir, readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { errorCodeOf } from '../error-code.ts';
import { type Journal, type JournalOptions, NEW, openJournal } from './journal.ts';
import { LOCK_FILE, lockFolder } from './lock.ts';

/** Form of a value in the journal. */
export type Codec<V> = {
  /** Returns JSON that is not changed later. */
  encode(value: V): unknown;
  /** Throws for a value of another form. */
  decode(kept: unknown): V;
};

/** Folder in which a local cloud keeps its state from one start to the next. */
export type Data = {
  readonly folder: string;
  /** True for a folder that was empty. */
  readonly isNew: boolean;
  /** Values of a section, whose changes are written before the call that makes them returns. */
  map<V>(section: string, codec: Codec<V>): Map<string, V>;
  /** Folder of files in it, for this user alone. */
  files(name: string): Promise<string>;
  /** Ends the recording: what the end of the processes changes is not kept. */
  stopRecording(): void;
  /** Lets another process open the folder. */
  close(): Promise<void>;
};

const STATE = 'state';

/**
 * Opens a folder for this process, or creates it. Throws in words, and changes nothing, if it is in use, holds anything else, or is
 * damaged or newer.
 */
export async function openData(
  path: string,
  { onFailure }: Pick<JournalOptions, 'onFailure'>,
): Promise<Data> {
  const folder = await ownFolder(resolve(path));
  const lock = await lockFolder(folder);
  if (lock === undefined)
    throw new Error(`${folder} is in use by another npm start. Stop that one, or name another folder.`);
  try {
    const isNew = !(await readdir(folder)).includes(STATE);
    const journal = openJournal({ file: join(folder, STATE), onFailure });
    return {
      folder,
      isNew,
      map: (section, codec) => new KeptMap(journal, section, codec),
      files: async (name) => {
        await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
        return join(folder, name);
      },
      stopRecording: journal.close,
      close: async () => {
        journal.close();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Creates the folder, or checks that it is one of this user with nothing else in it; nobody else can read it then. */
async function ownFolder(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw errorCodeOf(error) === 'EEXIST' ? new Error(`${path} is a file. Name a folder.`) : error;
  });
  const folder = await realpath(path);
  const names = await readdir(folder);
  const isOurs = names.includes(STATE) || names.every((name) => name === STATE + NEW || LOCK_FILE.test(name));
  if (!isOurs) throw new Error(`${folder} holds other files. Name an empty folder, or one to be made.`);
  const { uid } = await stat(folder);
  if (process.getuid !== undefined && uid !== process.getuid())
    throw new Error(`${folder} belongs to another user. Name a folder of your own.`);
  await chmod(folder, 0o700);
  return folder;
}

/** Map whose entries are in a journal, under the name of its section. */
class KeptMap<V> extends Map<string, V> {
  private readonly journal: Journal;
  private readonly prefix: string;
  private readonly codec: Codec<V>;

  constructor(journal: Journal, section: string, codec: Codec<V>) {
    super();
    this.journal = journal;
    this.prefix = `${section} `;
    this.codec = codec;
    for (const [key, kept] of journal.values)
      if (key.startsWith(this.prefix)) super.set(key.slice(this.prefix.length), codec.decode(kept));
  }

  override set(key: string, value: V): this {
    this.journal.set(this.prefix + key, this.codec.encode(value));
    return super.set(key, value);
  }

  override delete(key: string): boolean {
    this.journal.delete(this.prefix + key);
    return super.delete(key);
  }

  override clear(): void {
    for (const key of [...this.keys()]) this.delete(key);
  }
}
