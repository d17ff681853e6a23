import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import * as v from 'valibot';
import { ANNOTATION } from '../labels.ts';
import type { Connection } from './client.ts';
import { callApi, type Subject } from './errors.ts';
import { isEndedRun } from './messages.ts';
import { List, RUN_LABEL } from './objects.ts';

const GROUP = { group: 'tekton.dev', version: 'v1' } as const;

export const runsOf = (namespace: string) => ({ ...GROUP, plural: 'pipelineruns', namespace });
const taskRunsOf = (namespace: string) => ({ ...GROUP, plural: 'taskruns', namespace });

type Manifest = { readonly metadata: { readonly namespace: string; readonly name: string } };

/** Tasks and builds are PipelineRuns alike. `what` they are is said where the cluster refuses something. */
export function pipelineRuns({ custom }: Connection, what: string) {
  const subjectOf = (space: string, name: string): Subject => ({ space, what: `${what} "${name}"` });

  const patch = (
    space: string,
    name: string,
    body: object,
    strategy: PatchStrategy = PatchStrategy.MergePatch,
  ) =>
    custom.patchNamespacedCustomObject(
      { ...runsOf(space), name, body },
      setHeaderOptions('Content-Type', strategy),
    );

  return {
    subjectOf,
    patch,

    /** The object; `null` where there is none. */
    read: (space: string, name: string) =>
      callApi<unknown>(
        subjectOf(space, name),
        () => custom.getNamespacedCustomObject({ ...runsOf(space), name }),
        ({ code }) => (code === 404 ? null : undefined),
      ),

    /** The object as it was made; `exists` where the name is taken. */
    create: (run: Manifest) =>
      callApi<unknown>(
        subjectOf(run.metadata.namespace, run.metadata.name),
        () => custom.createNamespacedCustomObject({ ...runsOf(run.metadata.namespace), body: run }),
        ({ reason }) => (reason === 'AlreadyExists' ? 'exists' : undefined),
      ),

    /** The TaskRuns of these runs, as objects; a run that has none yet is left out. */
    taskRuns: (space: string, names: readonly string[]) =>
      callApi<readonly unknown[]>({ space, what: `${what}s` }, async () => {
        const labelSelector = `${RUN_LABEL} in (${names.join(',')})`;
        const list = await custom.listNamespacedCustomObject({ ...taskRunsOf(space), labelSelector });
        return v.parse(List, list).items;
      }),

    /** Asks Tekton to cancel the run. */
    cancel: (space: string, name: string, because?: string) =>
      callApi<'cancelling' | 'finished' | 'gone'>(
        subjectOf(space, name),
        async () => {
          const why = { metadata: { annotations: { [ANNOTATION.cancelledBecause]: because } } };
          await patch(space, name, {
            ...(because === undefined ? {} : why),
            spec: { status: 'Cancelled' },
          });
          return 'cancelling';
        },
        ({ code, message }) => {
          if (code === 404) return 'gone';
          return code === 400 && isEndedRun(message) ? 'finished' : undefined;
        },
      ),

    delete: ({ space, name, uid }: { readonly space: string; readonly name: string; readonly uid: string }) =>
      callApi<'deleted' | 'gone'>(
        subjectOf(space, name),
        async () => {
          await custom.deleteNamespacedCustomObject({
            ...runsOf(space),
            name,
            propagationPolicy: 'Background',
            body: { preconditions: { uid } },
          });
          return 'deleted';
        },
        // 409: another run has the name. A delete whose answer was lost is repeated, and then finds nothing.
        ({ code }) => (code === 404 || code === 409 ? 'gone' : undefined),
      ),
  };
}
