import { isDeepStrictEqual } from 'node:util';
import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import * as v from 'valibot';
import type { AppBuild, BuiltImage } from '../builds/build.ts';
import type { Connection } from '../platform/kubernetes/client.ts';
import { callApi } from '../platform/kubernetes/errors.ts';
import { Metadata } from '../platform/kubernetes/objects.ts';
import { GROUP, VERSION } from '../platform/labels.ts';
import { contended, retryOnConflict } from '../platform/retry-on-conflict.ts';
import { parse } from '../platform/schema.ts';
import { type App, AppSpec } from './app.ts';
import type { Apps } from './apps.ts';
import { Image } from './image.ts';

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
export const updateBuildStatusOn =
  ({ custom }: Connection): Apps['updateBuildStatus'] =>
  async (app, build, image) => {
    const { space, name } = app;
    const subject = { space, what: `App "${name}"` };
    const request = { group: GROUP, version: VERSION, plural: 'apps', namespace: space, name };
    const written = await retryOnConflict(
      () =>
        callApi<unknown>(
          subject,
          () => custom.getNamespacedCustomObject(request),
          ({ code }) => (code === 404 ? null : undefined),
        ),
      async (object) => {
        const body = object === null ? undefined : patchOf(app, v.parse(Stored, object), build, image);
        if (body === undefined) return 'changed';
        return callApi<'updated' | 'changed' | 'overtaken'>(
          subject,
          async () => {
            const options = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
            await custom.patchNamespacedCustomObjectStatus({ ...request, body }, options);
            return 'updated';
          },
          ({ code }) => (code === 404 ? 'changed' : code === 409 ? 'overtaken' : undefined),
        );
      },
    );
    if (written === 'overtaken') throw contended(`App "${name}"`);
    return written;
  };

/** `undefined` where the App is another one, or has another source. */
function patchOf(
  app: App,
  { metadata, spec }: v.InferOutput<typeof Stored>,
  build: AppBuild,
  image: BuiltImage | undefined,
) {
  if (metadata.uid !== app.uid || !hasSourceOf(app, spec)) return undefined;
  return {
    metadata: { resourceVersion: metadata.resourceVersion },
    // Fields of the build before this one that this one lacks are removed.
    status: {
      build: { reason: null, message: null, finishedAt: null, ...given(build) },
      ...(image === undefined ? {} : { image }),
    },
  };
}

const given = (build: AppBuild) =>
  Object.fromEntries(Object.entries(build).filter(([, value]) => value !== undefined));

function hasSourceOf({ spec: { source } }: App, spec: unknown): boolean {
  const parsed = parse(AppSpec, spec, 'spec');
  return parsed.ok && isDeepStrictEqual(parsed.value.source, source);
}
