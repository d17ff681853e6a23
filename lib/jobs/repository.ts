import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import * as v from 'valibot';
import type { App } from '../apps/app.ts';
import { conflict, notFoundIn } from '../platform/errors.ts';
import type { Connection } from '../platform/kubernetes/client.ts';
import { callApi, isDeleted, type Subject } from '../platform/kubernetes/errors.ts';
import { listCluster, listObjects } from '../platform/kubernetes/lists.ts';
import { isFailedPatchTest } from '../platform/kubernetes/messages.ts';
import { mapPages, nonceOf } from '../platform/kubernetes/objects.ts';
import { ANNOTATION, GROUP, VERSION } from '../platform/labels.ts';
import type { InvalidJob, Job, JobSpec } from './job.ts';
import type { Jobs } from './jobs.ts';
import { bothOf, toJob, toSpecPatch, toStatusPatch } from './repository-records.ts';

const jobsOf = (namespace: string) => ({ group: GROUP, version: VERSION, plural: 'jobs', namespace });
const subjectOf = (space: string, name: string): Subject => ({ space, what: `Job "${name}"` });
const missing = (space: string, name: string) => notFoundIn(space, `Job "${name}"`);

const asMergePatch = () => setHeaderOptions('Content-Type', PatchStrategy.MergePatch);

/**
 * Patch of the spec of the Job with this uid. A merge patch would merge a trigger's pattern with the old one field by field,
 * so a patch with a trigger is a JSON patch, which replaces the trigger as a whole.
 */
function changeOf(uid: string, spec: ReturnType<typeof toSpecPatch>) {
  if (!spec.trigger) {
    const schedule = spec.schedule && { ...spec.schedule, ...bothOf(spec.schedule) };
    return [{ metadata: { uid }, spec: { ...spec, schedule } }, asMergePatch()] as const;
  }
  const changed = Object.entries(spec).filter(([, value]) => value !== undefined);
  const operations = [
    { op: 'test', path: '/metadata/uid', value: uid },
    ...changed.map(([field, value]) => ({ op: 'add', path: `/spec/${field}`, value })),
  ];
  return [operations, setHeaderOptions('Content-Type', PatchStrategy.JsonPatch)] as const;
}

/** A Job with all its owners: a patch of the list must keep those that are not Taskbridge's. */
const Owned = v.object({
  metadata: v.object({
    resourceVersion: v.string(),
    ownerReferences: v.optional(v.array(v.looseObject({ apiVersion: v.string(), kind: v.string() })), []),
  }),
});

/** Owners of a Job with `app` in place of the App among them; `undefined` for a Job that no App owns. */
function ownedBy(app: App, { metadata: { ownerReferences } }: v.InferOutput<typeof Owned>) {
  const isApp = ({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): boolean =>
    kind === 'App' && apiVersion.startsWith(`${GROUP}/`);
  if (!ownerReferences.some(isApp)) return undefined;
  return [...ownerReferences.filter((owner) => !isApp(owner)), ownerOf(app)];
}

/** Port to Jobs, over custom resources of the cluster. */
export function kubernetesJobs(connection: Connection): Jobs {
  const { custom } = connection;
  const find = (space: string, name: string): Promise<unknown> =>
    callApi<unknown>(
      subjectOf(space, name),
      () => custom.getNamespacedCustomObject({ ...jobsOf(space), name }),
      ({ code }) => (code === 404 ? null : undefined),
    );

  return {
    async get(space, name) {
      const object = await find(space, name);
      if (object === null) throw missing(space, name);
      return toJob(object);
    },

    async find(space, name) {
      const object = await find(space, name);
      return object === null ? undefined : toJob(object);
    },

    list: (space, page) =>
      callApi({ space, what: 'Jobs' }, async () => {
        const { items, next } = await listObjects(connection, jobsOf(space), page);
        return { items: items.map(toJob), next };
      }),

    all: (withinMs) => mapPages(listCluster(connection, 'Jobs', withinMs), toJob),

    async create(app, name, spec, nonce, { isTemporary } = { isTemporary: false }) {
      const { space } = app;
      const created = await callApi<unknown>(
        subjectOf(space, name),
        () =>
          custom.createNamespacedCustomObject({
            ...jobsOf(space),
            body: toObject(app, name, spec, {
              [ANNOTATION.nonce]: nonce,
              ...(isTemporary ? { [ANNOTATION.temporary]: 'true' } : {}),
            }),
          }),
        ({ reason }) => (reason === 'AlreadyExists' ? null : undefined),
      );
      // The connection retries a create whose response was lost, and then finds its own Job.
      const found = created ?? (await find(space, name));
      if (created === null && (found === null || nonceOf(found) !== nonce))
        throw conflict(
          `Job "${name}" is in space "${space}" already. Delete it first, or take another name.`,
        );
      return usable(found);
    },

    change: ({ space, name, uid }, spec) =>
      callApi(
        subjectOf(space, name),
        async () => {
          const [body, options] = changeOf(uid, toSpecPatch(spec));
          return toJob(await custom.patchNamespacedCustomObject({ ...jobsOf(space), name, body }, options));
        },
        ({ code, message, causes }) => {
          // Another Job has the name now: a uid never changes.
          const isOther = causes.some(({ field }) => field === 'metadata.uid') || isFailedPatchTest(message);
          if (code === 422 && isOther) throw missing(space, name);
          return undefined;
        },
      ),

    async update({ space, name, uid, version }, spec, app) {
      const owned = app && v.parse(v.nullable(Owned), await find(space, name));
      if (owned === null) throw missing(space, name);
      if (owned !== undefined && owned.metadata.resourceVersion !== version) return 'conflict';
      const metadata = {
        uid,
        resourceVersion: version,
        ownerReferences: app && owned && ownedBy(app, owned),
      };
      return callApi<Job | InvalidJob | 'conflict'>(
        subjectOf(space, name),
        async () => {
          const request = { ...jobsOf(space), name, body: { metadata, spec: toSpecPatch(spec) } };
          return toJob(await custom.patchNamespacedCustomObject(request, asMergePatch()));
        },
        // Another Job of this name has another version, and another uid.
        ({ code, causes }) =>
          code === 409 || (code === 422 && causes.some(({ field }) => field === 'metadata.uid'))
            ? 'conflict'
            : undefined,
      );
    },

    writeStatus: ({ space, name, version }, status) =>
      callApi<Job | InvalidJob | 'conflict' | 'gone'>(
        subjectOf(space, name),
        async () => {
          // The status subresource ignores a uid; another Job of this name has another version anyway.
          const body = { metadata: { resourceVersion: version }, status: toStatusPatch(status) };
          const request = { ...jobsOf(space), name, body };
          return toJob(await custom.patchNamespacedCustomObjectStatus(request, asMergePatch()));
        },
        ({ code }) => (code === 409 ? 'conflict' : code === 404 ? 'gone' : undefined),
      ),

    async delete({ space, name, uid, version }, only) {
      await callApi<unknown>(
        subjectOf(space, name),
        () =>
          custom.deleteNamespacedCustomObject({
            ...jobsOf(space),
            name,
            propagationPolicy: 'Background',
            body: { preconditions: only === undefined ? { uid } : { uid, resourceVersion: version } },
          }),
        (failure) => (isDeleted(failure) ? 'deleted' : undefined),
      );
    },
  };
}

const ownerOf = ({ name, uid }: App) => ({
  apiVersion: `${GROUP}/${VERSION}`,
  ...{ kind: 'App', name, uid, controller: true },
});

const toObject = (app: App, name: string, spec: JobSpec, annotations: Record<string, string>) => ({
  apiVersion: `${GROUP}/${VERSION}`,
  kind: 'Job',
  metadata: {
    name,
    namespace: app.space,
    annotations,
    ownerReferences: [ownerOf(app)],
  },
  spec: toSpecPatch(spec),
});

function usable(object: unknown): Job {
  const job = toJob(object);
  if ('spec' in job) return job;
  throw new Error(`Job "${job.name}" came back as one that can't run.`);
}
