import type { Sources } from './build-ports.ts';
import type { Ports } from './ports.ts';

/** What taking uploads needs; `uploads` is absent where the stage builds nothing. */
export type UploadingPorts = Ports & {
  readonly uploads?: { readonly sources: Sources; readonly mostBytes: number } | undefined;
};
