import type { BuildSettings } from '../../../lib/builds/build.ts';
import { buildSecret, toBuildRun } from '../../../lib/builds/pipeline-run.ts';
import { buildSecretName } from '../../../lib/platform/names.ts';
import { eventually } from '../../support/eventually.ts';
import { appOf } from '../../support/memory-ports.ts';
import { listPath, objectPath } from '../../support/paths.ts';
import { POD_MS } from '../../support/runs.ts';
import type { Target } from './target.ts';

/** Code that the source runs in a step: before the lifecycle in `detect` and `export`, after it in `build`. */
export type Planted = { readonly step: 'detect' | 'build' | 'export'; readonly script: string };

type ByHand = {
  readonly space: string;
  readonly app: string;
  readonly sha256: string;
  readonly url: string;
  readonly settings: BuildSettings;
  readonly planted?: Planted;
};

/** Run that a build of this source would be, and the image reference that it pushes. */
export function buildByHand({ space, app, sha256, url, settings, planted }: ByHand) {
  const source = { sha256 };
  const { metadata, spec } = toBuildRun({
    app: { ...appOf(app), space },
    ...{ source, settings, attempt: 1, requestedBy: 'ada', requestedAt: new Date(), nonce: app },
  });
  const [task] = spec.pipelineSpec.tasks;
  if (task === undefined) throw new Error('The run has no task.');
  const steps = task.taskSpec.steps.map((step) =>
    step.name === planted?.step ? withCode(step, planted) : step,
  );
  const tasks = [{ ...task, taskSpec: { ...task.taskSpec, steps } }];
  const { name } = metadata;
  return {
    name,
    image: task.taskSpec.steps.find((step) => step.name === 'export')?.args?.[0] ?? '',
    // Without our labels: no run of ours may have such a step.
    manifest: {
      ...{ apiVersion: 'tekton.dev/v1', kind: 'PipelineRun', metadata: { name } },
      spec: { ...spec, pipelineSpec: { ...spec.pipelineSpec, tasks } },
    },
    secret: { metadata: { name: buildSecretName(name) }, stringData: buildSecret(source, { url }) },
  };
}

/** A buildpack that runs code of the source would do this; that of the test's builder runs none. */
function withCode(
  step: { readonly command: readonly string[]; readonly args?: readonly string[] },
  planted: Planted,
) {
  const lifecycle = [...step.command, ...(step.args ?? [])].join(' ');
  const lines =
    planted.step === 'build' ? [lifecycle, planted.script] : [planted.script, `exec ${lifecycle}`];
  return { ...step, command: ['/bin/sh', '-c'], args: [lines.join('\n')] };
}

export type HandBuilt = {
  readonly succeeded: boolean;
  readonly digest: string;
  readonly processes: string;
  /** Logs by step, of those that ran. */
  readonly logs: Readonly<Record<string, string>>;
};

const STEPS = ['fetch', 'analyze', 'detect', 'restore', 'build', 'export', 'digest'];

/** Runs it to its end as the cluster's admin. */
export async function runByHand(target: Target, given: ByHand): Promise<HandBuilt> {
  const { space } = given;
  const admin = target.as('admin');
  const { name, manifest, secret } = buildByHand(given);
  for (const [plural, object] of [
    ['secrets', secret],
    ['pipelineruns', manifest],
  ] as const) {
    const { status, text } = await admin.create(listPath(plural, space), object);
    if (status !== 201) throw new Error(`${plural}: ${status} ${text}`);
  }
  const ended = await eventually(
    async () => {
      const { body } = await admin.get(objectPath('pipelineruns', space, name));
      return body.status?.conditions?.some(({ status }) => status !== 'Unknown') ? body : undefined;
    },
    { withinMs: POD_MS, what: `the end of ${name}` },
  );
  const resultOf = (result: string) =>
    ended.status.results?.find((known) => known.name === result)?.value ?? '';
  const logs = await Promise.all(
    STEPS.map(async (step) => {
      const path = objectPath('pods', space, `${name}-build-pod`, 'log');
      return [step, (await admin.get(path, { container: `step-${step}` })).text] as const;
    }),
  );
  return {
    succeeded: ended.status.conditions?.[0]?.status === 'True',
    digest: resultOf('digest'),
    processes: resultOf('processes'),
    logs: Object.fromEntries(logs),
  };
}
