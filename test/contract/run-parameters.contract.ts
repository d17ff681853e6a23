import { beforeAll, describe, expect, it } from '@jest/globals';
import { listPath, objectPath } from '../support/paths.ts';
import { pipelineRun } from '../support/pipeline-run.ts';
import { withValue } from '../support/with-value.ts';
import { POD, POD_FIELDS, wordsOfPodField } from './support/forged-runs.ts';
import { openPolicedSpace, type PolicedSpace, refusalOf } from './support/policed-space.ts';
import type { Target } from './support/target.ts';

const PARAMETERS = objectPath('podtemplates', 'taskbridge', 'run-parameters');

/** Fields of a default pod template. */
const GIVEN = {
  priorityClassName: 'tasks',
  tolerations: [{ key: 'tasks', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60 }],
  nodeSelector: { pool: 'tasks' },
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: 'host', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: {} },
  ],
  runtimeClassName: 'sandbox',
  schedulerName: 'tasks',
  dnsConfig: { options: [{ name: 'ndots', value: '2' }] },
  hostAliases: [{ ip: '10.0.0.1', hostnames: ['proxy.example'] }],
  imagePullSecrets: [{ name: 'registry' }],
};

/** Additions of the platform and restrictions of spaces (cluster/policies/parameters.yaml). */
export const runParameters = (target: () => Target) =>
  describe('the parameters of the policies', () => {
    let of: PolicedSpace;
    const admin = () => target().as('admin');
    const give = async (parameters: object) => {
      const { status, text } = await admin().mergePatch(PARAMETERS, parameters);
      expect({ status, text }).toMatchObject({ status: 200 });
    };
    const annotate = (annotations: Readonly<Record<string, string | null>>) =>
      give({ metadata: { annotations } });
    /** Does the work with these annotations, and then removes them. */
    const withAnnotations = async (
      annotations: Readonly<Record<string, string>>,
      work: () => Promise<void>,
    ) => {
      await annotate(annotations);
      try {
        await work();
      } finally {
        await annotate(Object.fromEntries(Object.keys(annotations).map((key) => [key, null])));
      }
    };
    const withAll = (run: object, values: Readonly<Record<string, unknown>>) =>
      Object.entries(values).reduce<object>((to, [path, value]) => withValue(to, path, value), run);
    const labelled = (key: string, value = 'true') =>
      withValue(of.task(), `metadata/labels/${key.replace('/', '~1')}`, value);
    /** Waits until the run is let through, then sees the others refused. */
    const lets = async (run: object, others: readonly (readonly [run: object, words: string])[]) => {
      await of.answered(run, 201);
      for (const [other, words] of others)
        expect(refusalOf(await of.dryRun(other))).toEqual({
          status: 422,
          why: expect.stringContaining(words),
        });
    };

    beforeAll(async () => {
      of = await openPolicedSpace(target());
    });

    it('let fields of the default pod template through, with these values alone', async () => {
      const paths = Object.entries(GIVEN).map(([field, value]) => [`${POD}/${field}`, value] as const);
      const run = withAll(of.task(), Object.fromEntries(paths));
      await give({ template: { spec: GIVEN } });
      try {
        await lets(
          run,
          Object.entries(POD_FIELDS).map(([field, value]) => [
            withValue(run, `${POD}/${field}`, value),
            wordsOfPodField(field),
          ]),
        );
      } finally {
        const nothing = Object.fromEntries(Object.keys(GIVEN).map((field) => [field, null]));
        await give({ template: { spec: nothing } });
      }
      await of.answered(run, 422);
    });

    it('let labels, annotations and the manager through that the platform adds', async () => {
      const added = {
        'metadata/labels/one.kubernetes.io~1key': 'x',
        'metadata/labels/mesh.k8s.io~1any': 'x',
        'metadata/annotations/requests.kueue.example~1cpu': '1',
        'spec/managedBy': 'kueue.x-k8s.io/multikueue',
      };
      const parameters = {
        'taskbridge.dev/platform-labels': ' one.kubernetes.io/key , mesh.k8s.io/,',
        'taskbridge.dev/platform-annotations': 'requests.kueue.example/',
        'taskbridge.dev/managed-by': 'kueue.x-k8s.io/multikueue',
      };
      await withAnnotations(parameters, async () => {
        const annotated = withValue(of.task(), 'metadata/annotations/requests.kueue.example', '1');
        await lets(withAll(of.build(), added), []);
        await lets(withAll(of.task(), added), [
          [labelled('one.kubernetes.io/key-2'), 'none of them of taskbridge.dev'],
          [labelled('mesh.k8s.io.kubernetes.io/x'), 'none of them of taskbridge.dev'],
          [annotated, 'has the annotations that Taskbridge writes'],
          [withValue(of.task(), 'spec/managedBy', 'other'), 'managed by what the parameters name'],
        ]);
      });
    });

    it('keep apps to the labels and security groups that they name, of a space or of all', async () => {
      const group = (name: string) => labelled(`security-group.taskbridge.dev/${name}`);
      const noLabel = `in ${of.space} apps may have the labels`;
      const noGroup = `in ${of.space} apps may have the security groups`;
      const all = {
        'taskbridge.dev/app-labels': 'team, example.org/',
        'taskbridge.dev/security-groups': 'mail',
      };
      await withAnnotations(all, async () => {
        await of.answered(labelled('sidecar.istio.io/inject', 'false'), 422);
        await lets(labelled('example.org/x'), []);
        await lets(labelled('team'), [
          [labelled('teams'), noLabel],
          [labelled('x.example.org/x'), noLabel],
        ]);
        await lets(group('mail'), [[group('internal-db'), noGroup]]);
        const ofSpace = {
          [`app-labels.taskbridge.dev/${of.space}`]: '*',
          [`security-groups.taskbridge.dev/${of.space}`]: '',
        };
        await withAnnotations(ofSpace, () =>
          lets(labelled('sidecar.istio.io/inject', 'false'), [[group('mail'), noGroup]]),
        );
      });
      await of.answered(group('internal-db'), 201);
    });

    it.each([
      [
        'a name that no policy reads',
        'taskbridge.dev/app-label',
        'team',
        'allowed are taskbridge.dev/platform-labels',
      ],
      ['a space before the name', 'team-a.taskbridge.dev/app-labels', 'team', 'allowed are'],
      ['a pattern', 'taskbridge.dev/app-labels', 'example.org/*', 'prefixes that end in "/"'],
      ['blanks between entries', 'taskbridge.dev/security-groups', 'mail internal-db', 'commas between them'],
      ['any label of the platform', 'taskbridge.dev/platform-labels', '*', 'of apps also "*"'],
    ])('are refused with %s', async (_, key, value, words) => {
      const answer = await admin().mergePatch(PARAMETERS, { metadata: { annotations: { [key]: value } } });
      expect(refusalOf(answer)).toEqual({ status: 422, why: expect.stringContaining(words) });
    });

    it('stop new runs of Taskbridge while they are missing, and nothing else', async () => {
      await of.create(of.task('kept'));
      const { body } = await admin().get(PARAMETERS);
      const { resourceVersion: _, uid: __, ...metadata } = body.metadata;
      await admin().delete(PARAMETERS);
      try {
        await of.answered(of.task(), 422);
        expect(refusalOf(await of.dryRun(of.task(), 'runner')).why).toContain('no params found');
        const other = pipelineRun({ name: 'of-a-person', image: target().image });
        expect((await of.dryRun(other, 'admin')).status).toBe(201);
        const signed = { metadata: { annotations: { 'chains.tekton.dev/signed': 'true' } } };
        expect((await admin().mergePatch(of.pathOf('kept'), signed)).status).toBe(200);
        expect(await of.repository('runner').cancel(of.space, 'billing-kept')).toBe('cancelling');
      } finally {
        await admin().create(listPath('podtemplates', 'taskbridge'), { ...body, metadata });
      }
      await of.answered(of.task(), 201);
    });
  });
