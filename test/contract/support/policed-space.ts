import type { AppSpec } from '../../../lib/apps/app.ts';
import { toBuildRun } from '../../../lib/builds/pipeline-run.ts';
import { createClient } from '../../../lib/platform/kubernetes/client.ts';
import { toPipelineRun } from '../../../lib/tasks/pipeline-run.ts';
import { kubernetesRuns } from '../../../lib/tasks/repository.ts';
import { building, UPLOADED } from '../../support/building.ts';
import type { Answer } from '../../support/cluster-api.ts';
import { app } from '../../support/custom-resources.ts';
import { eventually } from '../../support/eventually.ts';
import { appOf } from '../../support/memory-ports.ts';
import { listPath, NAMESPACES, objectPath } from '../../support/paths.ts';
import type { Target } from './target.ts';

const REQUESTED = { requestedBy: 'ada', requestedAt: new Date('2026-11-24T21:00:00.250Z') };

/** Space with the App `billing`, runs as the functions make them, and requests that the policies judge. */
export async function openPolicedSpace(target: Target) {
  const space = await target.openSpace();
  const runs = listPath('pipelineruns', space);
  const { uid } = (await target.as('admin').create(listPath('apps', space), app('billing'))).body.metadata;
  const policed = {
    space,
    /** Sets annotations of the namespace; null removes one. */
    annotate: async (annotations: Readonly<Record<string, string | null>>): Promise<void> => {
      const { status, text } = await target
        .as('admin')
        .mergePatch(`${NAMESPACES}/${space}`, { metadata: { annotations } });
      if (status !== 200) throw new Error(`${status} ${text}`);
    },
    pathOf: (id: string) => objectPath('pipelineruns', space, `billing-${id}`),
    /** A queued task of this id. */
    task: (id = 'stolen', serviceAccountName?: string, spec: Partial<AppSpec> = {}) =>
      toPipelineRun({
        app: {
          ...appOf('billing', {
            image: target.image,
            ...(serviceAccountName && { serviceAccountName }),
            ...spec,
          }),
          space,
          uid,
        },
        id,
        command: 'true',
        queued: true,
        nonce: id,
        ...REQUESTED,
      }),
    build: () =>
      toBuildRun({
        app: { ...appOf('billing'), space, uid },
        source: { sha256: UPLOADED },
        settings: building.settings,
        attempt: 1,
        nonce: 'of-a-build',
        ...REQUESTED,
      }),
    dryRun: (run: object, by: 'runner' | 'keeper' | 'admin' = 'keeper') =>
      target.as(by).create(runs, run, { dryRun: 'All' }),
    /** Creates the run as the runner. Throws for another answer than 201. */
    create: async (run: object): Promise<void> => {
      const { status, text } = await target.as('runner').create(runs, run);
      if (status !== 201) throw new Error(`${status} ${text}`);
    },
    /** Waits until a run is answered with this status: changes of policies and parameters take a moment. */
    answered: (run: object, expected: 201 | 422) =>
      eventually(async () => ((await policed.dryRun(run)).status === expected ? true : undefined), {
        what: `status ${expected}`,
      }),
    repository: (identity: 'runner' | 'keeper') => {
      const { url, ca } = target;
      return kubernetesRuns(
        createClient({ endpoint: url, tls: { ca }, token: async () => target.token(identity) ?? '' }),
      );
    },
  };
  await policed.answered(
    { ...policed.task(), metadata: { ...policed.task().metadata, finalizers: ['evil.dev/stuck'] } },
    422,
  );
  return policed;
}

export type PolicedSpace = Awaited<ReturnType<typeof openPolicedSpace>>;

/** Status and message of an answer, without the policy's name. */
export const refusalOf = ({ status, body }: Answer) => ({
  status,
  why: body.message?.replace(
    /^.* ValidatingAdmissionPolicy 'taskbridge-[-a-z]+' with binding '[-a-z]+' denied request: /,
    '',
  ),
});
