import { isDeepStrictEqual } from 'node:util';
import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import * as v from 'valibot';
import { type App, AppSpec } from '../../domain/app.ts';
import type { AppBuild, BuiltImage } from '../../domain/build.ts';
import { conflict } from '../../domain/errors.ts';
import { Image } from '../../domain/image.ts';
import { GROUP, VERSION } from '../../domain/labels.ts';
import { parse } from '../../domain/schema.ts';
import type { Apps } from '../../ports.ts';
import type { Connection } from './connection.ts';
import { ask } from './failure.ts';
import { Metadata } from './records.ts';

/** Writers of one App that meet, of which each writes another part of it, are tried again so often. */
const WRITES = 5;

const Built = v.object({
  image: Image,
  build: v.string(),
  processes: v.optional(v.array(v.string()), []),
});

const Build = v.object({
  name: v.string(),
  id: v.string(),
  sha256: v.string(),
  state: v.picklist(['pending', 'running', 'succeeded', 'failed', 'cancelled']),
  reason: v.optional(v.string()),
  message: v.optional(v.string()),
  createdAt: v.string(),
  finishedAt: v.optional(v.string()),
});

/** What nobody of ours could have written is as if it were not there. */
const StatusBuild = v.fallback(v.object({ build: v.optional(Build) }), {});
const StatusImage = v.fallback(v.object({ image: v.optional(Built) }), {});

/** The newest build that an App's status has. */
export function buildOf(status: unknown): { readonly build?: AppBuild } {
  const { build } = v.parse(StatusBuild, status);
  return build === undefined ? {} : { build };
}

/** The newest good image that an App's status has. */
export function builtOf(status: unknown): { readonly built?: BuiltImage } {
  const { image } = v.parse(StatusImage, status);
  return image === undefined ? {} : { built: image };
}

const Stored = v.object({ metadata: Metadata, spec: v.optional(v.unknown()) });

/** Writes an App's newest build where its source is still the one that was read. */
export const noteBuildOn =
  ({ custom }: Connection): Apps['noteBuild'] =>
  async (app, build, image) => {
    for (let tried = 0; tried < WRITES; tried += 1) {
      const written = await write(custom, app, build, image);
      if (written !== 'overtaken') return written;
    }
    throw conflict(`App "${app.name}" is being changed by others all the time. Try again.`);
  };

async function write(
  custom: Connection['custom'],
  app: App,
  build: AppBuild,
  image: BuiltImage | undefined,
): Promise<'noted' | 'changed' | 'overtaken'> {
  const { space, name } = app;
  const request = { group: GROUP, version: VERSION, plural: 'apps', namespace: space, name };
  return ask<'noted' | 'changed' | 'overtaken'>(
    { space, what: `App "${name}"` },
    async () => {
      const { metadata, spec } = v.parse(Stored, await custom.getNamespacedCustomObject(request));
      if (metadata.uid !== app.uid || !hasSourceOf(app, spec)) return 'changed';
      const body = {
        metadata: { resourceVersion: metadata.resourceVersion },
        // What the build before this one said and this one does not is taken away.
        status: {
          build: { reason: null, message: null, finishedAt: null, ...given(build) },
          ...(image === undefined ? {} : { image }),
        },
      };
      const options = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
      await custom.patchNamespacedCustomObjectStatus({ ...request, body }, options);
      return 'noted';
    },
    ({ code }) => (code === 404 ? 'changed' : code === 409 ? 'overtaken' : undefined),
  );
}

const given = (build: AppBuild) =>
  Object.fromEntries(Object.entries(build).filter(([, value]) => value !== undefined));

function hasSourceOf({ spec: { source } }: App, spec: unknown): boolean {
  const parsed = parse(AppSpec, spec, 'spec');
  return parsed.ok && isDeepStrictEqual(parsed.value.source, source);
}
