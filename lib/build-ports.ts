import type { SourceFile } from './domain/source.ts';

/** Where an upload is to be sent: the URL and headers are signed, to be sent as they are. */
export type Upload = {
  readonly method: 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expiresAt: string;
};

/** The store of sources. Those of one app are reached by its space and name alone. Throws `unavailable`. */
export type Sources = {
  /** Whether the source is there, and stays for as long as a build may take. */
  has(space: string, app: string, sha256: string): Promise<boolean>;
  /** A signed PUT of just this file, for 15 minutes. */
  upload(space: string, app: string, file: SourceFile): Promise<Upload>;
  /** A signed GET, for an hour at most. */
  download(space: string, app: string, sha256: string): Promise<string>;
};

/** The user and password of the stage's registry, as a build's config.json has them. */
export type Registry = {
  /** A `config.json` for DOCKER_CONFIG. */
  credentials(): Promise<string>;
};
