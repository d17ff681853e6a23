import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { mapConcurrent } from '../collections.ts';
import { ANNOTATION } from '../labels.ts';
import { paginate, toArray } from '../paginate.ts';
import type { Connection } from './client.ts';
import { callApi, type Subject } from './errors.ts';
import { listObjects } from './lists.ts';
import { isEndedRun } from './messages.ts';
import { mapPages, RUN_LABEL } from './objects.ts';
import { labelSelector } from './requests.ts';
import { type RunRef, toTaskRun } from './run-records.ts';

const GROUP = { group: 'tekton.dev', version: 'v1' } as const;

export const runsOf = (namespace: string) => ({ ...GROUP, plural: 'pipelineruns', namespace });
const taskRunsOf = (namespace: string) => ({ ...GROUP, plural: 'taskruns', namespace });

/** Names in one label selector: 100 of at most 63 characters fit a URL that every proxy accepts. */
const MAX_NAMES = 100;

/** Lists of TaskRuns that are read at a time: what is large is in memory of two alone. */
const PARTS = 2;

type Manifest = { readonly metadata: { readonly namespace: string; readonly name: string } };

/**
 * Requests about PipelineRuns, of tasks and of builds. `what`: their name in errors; `pipelineTask`: the one task of their
 * pipeline.
 */
export function pipelineRuns(connection: Connection, what: string, pipelineTask: string) {
  const { custom } = connection;
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

    /** Reads the object; `null` when there is none. */
    read: (space: string, name: string) =>
      callApi<unknown>(
        subjectOf(space, name),
        () => custom.getNamespacedCustomObject({ ...runsOf(space), name }),
        ({ code }) => (code === 404 ? null : undefined),
      ),

    /** Creates the run and returns its object; `exists` when the name is taken. */
    create: (run: Manifest) =>
      callApi<unknown>(
        subjectOf(run.metadata.namespace, run.metadata.name),
        () => custom.createNamespacedCustomObject({ ...runsOf(run.metadata.namespace), body: run }),
        ({ reason }) => (reason === 'AlreadyExists' ? 'exists' : undefined),
      ),

    /**
     * Lists the TaskRuns of these runs, without runs that have none yet. One request for each 100 runs; more where TaskRuns
     * are large, or others have the label of these runs too.
     */
    taskRuns: async (space: string, runs: readonly RunRef[]) => {
      const parts = Array.from({ length: Math.ceil(runs.length / MAX_NAMES) }, (_, part) =>
        runs.slice(part * MAX_NAMES, (part + 1) * MAX_NAMES),
      );
      const listPart = (part: readonly RunRef[]) =>
        callApi({ space, what: `${what}s` }, async () => {
          const ofRuns = labelSelector({ [RUN_LABEL]: part.map(({ name }) => name) });
          const request = { ...taskRunsOf(space), labelSelector: ofRuns };
          const pages = paginate((after) => listObjects(connection, request, { limit: MAX_NAMES, after }));
          return toArray(mapPages(pages, (item) => toTaskRun(item, part, pipelineTask)));
        });
      return (await mapConcurrent(parts, listPart, PARTS)).flat().filter((taskRun) => taskRun !== undefined);
    },

    /** Requests cancellation of the run. */
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
