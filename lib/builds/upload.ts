import type { Apps } from '../apps/apps.ts';
import { DomainError, invalid } from '../platform/errors.ts';
import { formatSize } from '../platform/quantities.ts';
import type { SourceFile, Sources, Upload } from './source.ts';

export type UploadSource = SourceFile & { readonly space: string; readonly app: string };

/**
 * Says where to upload a source, or that it is there already; the app need not exist. Nothing is written. Throws `invalid`
 * where the stage builds nothing, and `tooLarge`.
 */
export async function uploadSource(
  {
    apps,
    uploads,
  }: {
    readonly apps: Apps;
    readonly uploads?: { readonly sources: Sources; readonly mostBytes: number } | undefined;
  },
  { space, app, sha256, size }: UploadSource,
): Promise<SourceFile & { readonly upload?: Upload }> {
  if (uploads === undefined) {
    throw invalid({
      field: 'source',
      message: 'This stage builds no images, since it names no builder: push the app with an image.',
    });
  }
  const { sources, mostBytes } = uploads;
  if (size > mostBytes) {
    throw new DomainError(
      'tooLarge',
      `The source has ${size} bytes; at most ${mostBytes} (${formatSize(mostBytes)}) are allowed. Leave out what the ` +
        'build does not need, by a file .cfignore.',
    );
  }
  // Who may not use the space learns nothing of its sources.
  await apps.find(space, app);
  if (await sources.has(space, app, sha256)) return { sha256, size };
  return { sha256, size, upload: await sources.upload(space, app, { sha256, size }) };
}
