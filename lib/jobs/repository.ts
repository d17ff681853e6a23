import * as v from 'valibot';
import { conflict, notFoundIn } from '../platform/errors.ts';
import type { Connection } from '../platform/kubernetes/client.ts';
import { callApi, isDeleted, type Subject } from '../platform/kubernetes/errors.ts';
import { listCluster, listObjects } from '../platform/kubernetes/lists.ts';
import { isFailedPatchTest } from '../platform/kubernetes/messages.ts';
import { mapPages, nonceOf } from '../platform/kubernetes/objects.ts';
import { ANNOTATION, GROUP, VERSION } from '../platform/labels.ts';
import type { InvalidJob, Job } from './job.ts';
import type { Jobs } from './jobs.ts';
import { toJob, toSpecPatch, toStatusPatch } from './repository-records.ts';
import { asMergePatch, changeOf, Owned, ownedBy, replacementOf, toObject } from './repository-writes.ts';

const jobsOf = (namespace: string) => ({ group: GROUP, version: VERSION, plural: 'jobs', namespace });
const subjectOf = (space: string, name: string): Subject => ({ space, what: `Job "${name}"` });
const missing = (space: string, name: string) => notFoundIn(space, `Job "${name}"`);

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

    async create(app, name, spec, nonce, { isTemporary = false, isApplied = false } = {}) {
      const { space } = app;
      const created = await callApi<unknown>(
        subjectOf(space, name),
        () =>
          custom.createNamespacedCustomObject({
            ...jobsOf(space),
            body: toObject(app, name, spec, {
              [ANNOTATION.nonce]: nonce,
              ...(isTemporary ? { [ANNOTATION.temporary]: 'true' } : {}),
              ...(isApplied ? { [ANNOTATION.applied]: app.name } : {}),
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

    replace: ({ space, name, uid }, spec) =>
      callApi(
        subjectOf(space, name),
        async () => {
          const [body, options] = replacementOf(uid, spec);
          return toJob(await custom.patchNamespacedCustomObject({ ...jobsOf(space), name, body }, options));
        },
        ({ code, message }) => {
          if (code === 404 || (code === 422 && isFailedPatchTest(message)))
            throw conflict(`Job "${name}" was deleted or moved to another app meanwhile. Try again.`);
          return undefined;
        },
      ),

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

function usable(object: unknown): Job {
  const job = toJob(object);
  if ('spec' in job) return job;
  throw new Error(`Job "${job.name}" came back as one that can't run.`);
}
