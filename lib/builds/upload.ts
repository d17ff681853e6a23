import type { Apps } from '../apps/apps.ts';
import { DomainError, invalid } from '../platform/errors.ts';
import { formatSize } from '../platform/quantities.ts';
import type { SourceFile, Sources, Upload } from './source.ts';

export type UploadSource = SourceFile & { readonly space: string; readonly app: string };

/** Ports of signing uploads; `uploads` is absent where the stage builds no images. */
export type UploadPorts = {
  readonly apps: Apps;
  readonly uploads?: { readonly sources: Sources; readonly maxBytes: number } | undefined;
};

/**
 * Returns a signed upload for a source, or none if it is stored already. The app need not exist; nothing is written. Throws
 * `invalid` when the stage builds no images, `tooLarge`, and `forbidden`.
 */
export async function uploadSource(
  { apps, uploads }: UploadPorts,
  { space, app, sha256, size }: UploadSource,
): Promise<SourceFile & { readonly upload?: Upload }> {
  if (uploads === undefined) {
    throw invalid({
      field: 'source',
      message: 'This stage builds no images, since it names no builder: push the app with an image.',
    });
  }
  const { sources, maxBytes } = uploads;
  if (size > maxBytes) {
    throw new DomainError(
      'tooLarge',
      `The source has ${size} bytes; at most ${maxBytes} (${formatSize(maxBytes)}) are allowed. Exclude files that the ` +
        'build does not need with a .cfignore file.',
    );
  }
  // Refuses a caller without access to the space before its sources are looked at.
  await apps.find(space, app);
  if (await sources.has(space, app, sha256)) return { sha256, size };
  return { sha256, size, upload: await sources.upload(space, app, { sha256, size }) };
}
