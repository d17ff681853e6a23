import { ANNOTATION, LABEL } from '../../lib/platform/labels.ts';
import { toPipelineRun } from '../../lib/tasks/pipeline-run.ts';
import type { TaskSpec } from '../../lib/tasks/spec.ts';
import type { ClusterApi } from './cluster-api.ts';
import { listPath, NAMESPACES, objectPath } from './paths.ts';

/** Past run: its request and its end. */
export type PastRun = Pick<TaskSpec, 'app' | 'job' | 'id' | 'scheduledTime'> & {
  readonly requestedAt: Date;
  /** Absent: no controller has seen it. */
  readonly condition?: { readonly status: 'True' | 'False' | 'Unknown'; readonly reason: string } | undefined;
  readonly reported?: boolean;
  /** Keeps it there when it is deleted. */
  readonly finalizer?: string | undefined;
};

/** Requests at once. */
const CONCURRENCY = 20;

/** Value of `managedBy`, for a controller that does not exist: no pod is created, and only the test writes the status. */
const NOBODY = 'contract.example/nobody';

/** Spares the writes to a space the calls of Tekton's webhooks: a thousand runs are there in half of the time. */
export async function withoutWebhooks(admin: ClusterApi, space: string): Promise<void> {
  const labels = { 'webhooks.knative.dev/exclude': 'true' };
  const { status, text } = await admin.mergePatch(`${NAMESPACES}/${space}`, { metadata: { labels } });
  if (status !== 200) throw new Error(`Label of ${space}: ${status} ${text}`);
}

/** Makes runs with a status as Tekton would have left it, without Tekton. Throws for one that is refused. */
export async function createPastRuns(admin: ClusterApi, runs: readonly PastRun[]): Promise<void> {
  const waiting = [...runs];
  const worker = async (): Promise<void> => {
    for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) await createPastRun(admin, run);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}

async function createPastRun(admin: ClusterApi, run: PastRun): Promise<void> {
  const manifest = manifestOf(run);
  const { namespace, name } = manifest.metadata;
  await expectStatus(201, admin.create(listPath('pipelineruns', namespace), manifest));
  if (run.condition === undefined) return;
  const path = objectPath('pipelineruns', namespace, name);
  const status = statusOf(run, manifest.spec.pipelineSpec, name);
  await expectStatus(200, admin.mergePatch(`${path}/status`, { status }));
  if (run.reported !== true) return;
  const metadata = { labels: { [LABEL.reported]: 'true' }, managedFields: [{}] };
  await expectStatus(200, admin.mergePatch(path, { metadata }));
}

function manifestOf({ requestedAt, condition: _, reported: __, finalizer, ...order }: PastRun) {
  const { metadata, spec, ...kind } = toPipelineRun({
    ...order,
    command: 'bundle exec rake db:migrate && echo "$(date)"',
    requestedBy: 'arn:aws:sts::111122223333:assumed-role/developer/ada',
    requestedAt: requestedAt,
    nonce: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
  });
  return {
    ...kind,
    metadata: {
      ...metadata,
      // An admin makes it, who may not mark it as Taskbridge's.
      annotations: {
        ...metadata.annotations,
        [ANNOTATION.displayName]: 'migrate',
        [ANNOTATION.nonce]: undefined,
      },
      ...(finalizer === undefined ? {} : { finalizers: [finalizer] }),
    },
    spec: { ...spec, managedBy: NOBODY },
  };
}

const COUNTS = 'Tasks Completed: 1 (Failed: 0, Cancelled 0), Skipped: 0';

/** All that Tekton 1.9 writes there, with the copy of the spec that is half of it. */
const statusOf = ({ condition, requestedAt }: PastRun, pipelineSpec: object, name: string) => ({
  conditions: [
    { ...condition, type: 'Succeeded', message: COUNTS, lastTransitionTime: rfc3339(requestedAt, 9_000) },
  ],
  startTime: rfc3339(requestedAt, 1_000),
  ...(condition?.status === 'Unknown' ? {} : { completionTime: rfc3339(requestedAt, 9_000) }),
  childReferences: [
    { apiVersion: 'tekton.dev/v1', kind: 'TaskRun', name: `${name}-task`, pipelineTaskName: 'task' },
  ],
  pipelineSpec,
  provenance: {
    featureFlags: { enableAPIFields: 'beta', coschedule: 'workspaces', verificationNoMatchPolicy: 'ignore' },
  },
});

const rfc3339 = (moment: Date, laterMs: number): string =>
  new Date(moment.getTime() + laterMs).toISOString().replace(/\.\d+Z$/, 'Z');

async function expectStatus(wanted: number, sent: ReturnType<ClusterApi['send']>): Promise<void> {
  const { status, text } = await sent;
  if (status !== wanted) throw new Error(`${status} in place of ${wanted}: ${text}`);
}
