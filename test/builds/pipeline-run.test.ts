import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BuildSettings } from '../../lib/builds/build.ts';
import { type BuildSpec, buildName, buildSecret, toBuildRun } from '../../lib/builds/pipeline-run.ts';
import type { Source } from '../../lib/builds/source.ts';
import { anyCharacter } from '../support/any-character.ts';
import { building, UPLOADED } from '../support/building.ts';
import { expectGolden } from '../support/golden.ts';
import { appOf } from '../support/memory-ports.ts';
import { holdsFor } from '../support/property.ts';

const SOURCE: Source = { sha256: UPLOADED };

const order = (given: Partial<BuildSettings> = {}, source = SOURCE): BuildSpec => ({
  app: appOf('billing', { image: undefined, source }),
  source,
  settings: { ...building.settings, ...given },
  attempt: 1,
  requestedBy: 'arn:aws:iam::111122223333:user/ada',
  requestedAt: new Date('2026-11-24T21:00:00.123Z'),
  nonce: '0123456789abcdef01234567',
});

const ECR = {
  registryAuth: { kind: 'ecr', region: 'eu-central-1', role: 'arn:aws:iam::111122223333:role/registry' },
  repository: '111122223333.dkr.ecr.eu-central-1.amazonaws.com/apps',
} as const;

/** Inputs by their name in the golden file, which holds them beside the manifest. */
const ORDERS: Readonly<Record<string, BuildSpec>> = {
  'no registry auth': order({ insecureRegistries: ['taskbridge.local'] }),
  'a Secret in each space': order({ registryAuth: { kind: 'secret', name: 'taskbridge-registry' } }),
  ECR: order(ECR),
  'an environment, after a failure': {
    ...order(ECR, {
      ...SOURCE,
      env: [
        { name: 'BP_NODE_VERSION', value: '20' },
        { name: 'TEXT', value: '$(date) $$ "한글"\n' },
      ],
      rebuild: 'once more',
    }),
    attempt: 2,
  },
};

describe('toBuildRun', () => {
  it('runs on the nodes of the app’s tasks, without their priority, runtime and GPUs', () => {
    const nodes = {
      nodeSelector: { 'kubernetes.io/arch': 'arm64' },
      tolerations: [{ key: 'spot', operator: 'Exists', effect: 'NoSchedule' }],
    } as const;
    const placement = { ...nodes, tolerations: [...nodes.tolerations], priorityClassName: 'batch' };
    const spec = { image: undefined, source: SOURCE, placement, resources: { gpu: 1 } };
    const run = toBuildRun({ ...order(), app: appOf('billing', spec) });
    const {
      enableServiceLinks: _,
      automountServiceAccountToken: __,
      securityContext: ___,
      ...placed
    } = run.spec.taskRunTemplate.podTemplate;
    expect(placed).toEqual(nodes);
    expect(JSON.stringify(run)).not.toContain('/gpu');
  });

  it('writes the manifests of golden/build-run', async () => {
    const entries = Object.entries(ORDERS).map(([name, inputs]) => [
      name,
      { inputs, manifest: toBuildRun(inputs) },
    ]);
    await expectGolden('build-run', Object.fromEntries(entries));
  });

  it('has no text of a user in it but labels and names', () => {
    holdsFor(
      100,
      fc.property(anyOrder, (given) => {
        const { metadata, spec } = toBuildRun(given);
        const { 'taskbridge.dev/requested-by': requestedBy, ...annotations } = metadata.annotations;
        expect(JSON.stringify({ ...metadata, annotations, spec })).not.toContain(MARK);
        expect(requestedBy).toBe(given.requestedBy);
      }),
    );
  });

  it('mounts credentials only into steps that use the registry, and the URL only into fetch', () => {
    holdsFor(
      100,
      fc.property(anyOrder, (given) => {
        const { registryAuth } = given.settings;
        const speaking = registryAuth.kind === 'none' ? [] : ['analyze', 'restore', 'export'];
        expect(stepsWith(given, 'config.json')).toEqual(speaking);
        expect(stepsWith(given, 'url')).toEqual(['fetch']);
        for (const { name } of given.source.env ?? [])
          expect(stepsWith(given, name)).toEqual(['detect', 'build']);
      }),
    );
  });

  it('lets no step in which code of the source runs write the names of the images that export reads', () => {
    holdsFor(
      100,
      fc.property(anyOrder, (given) => {
        const taskSpec = taskSpecOf(given);
        const path = taskSpec.stepTemplate.env.find(({ name }) => name === 'CNB_ANALYZED_PATH')?.value ?? '';
        const writing = taskSpec.steps.flatMap((step) => {
          const own = 'volumeMounts' in step ? step.volumeMounts : [];
          const [mount] = [...taskSpec.stepTemplate.volumeMounts, ...own].filter(({ mountPath }) =>
            path.startsWith(`${mountPath}/`),
          );
          return mount === undefined || ('readOnly' in mount && mount.readOnly) ? [] : [step.name];
        });
        expect(writing).toEqual(['analyze', 'restore']);
      }),
    );
  });

  it('limits the memory of each step, and requests that of one', () => {
    const resources = taskSpecOf(order()).steps.map(({ computeResources }) => computeResources);
    expect(new Set(resources.map(({ limits }) => limits.memory))).toEqual(new Set(['1024Mi']));
    expect(resources.map(({ requests }) => requests.memory).filter((memory) => memory !== '0')).toEqual([
      '1024Mi',
    ]);
  });
});

function taskSpecOf(given: BuildSpec) {
  const [task] = toBuildRun(given).spec.pipelineSpec.tasks;
  if (task === undefined) throw new Error('The run has no task.');
  return task.taskSpec;
}

/** Names of the steps that mount a file of a Secret, by its name in the volume. */
function stepsWith(given: BuildSpec, file: string): readonly string[] {
  const taskSpec = taskSpecOf(given);
  const volumes = taskSpec.volumes.flatMap((volume) =>
    'secret' in volume && volume.secret.items.some(({ path }) => path === file) ? [volume.name] : [],
  );
  return taskSpec.steps.flatMap((step) => {
    const own = 'volumeMounts' in step ? step.volumeMounts : [];
    const mounts = [...taskSpec.stepTemplate.volumeMounts, ...own];
    return mounts.some(({ name }) => volumes.includes(name)) ? [step.name] : [];
  });
}

/** Marker in each text that a user chose and that is no name. */
const MARK = 'MARK!';

const text = fc.string({ unit: anyCharacter, maxLength: 20 }).map((end) => `${MARK}${end}`);
const name = fc.stringMatching(/^[a-z]([-a-z0-9]{0,30}[a-z0-9])?$/);
const envName = fc.stringMatching(/^[A-Z_][A-Z0-9_.-]{0,20}$/);

const anyOrder: fc.Arbitrary<BuildSpec> = fc
  .record({
    ...{ name, text, rebuild: text, requestedBy: text },
    env: fc.uniqueArray(fc.record({ name: envName, value: text }), {
      maxLength: 4,
      selector: (one) => one.name,
    }),
    registryAuth: fc.constantFrom<BuildSettings['registryAuth']>(
      { kind: 'none' },
      { kind: 'secret', name: 'taskbridge-registry' },
      ECR.registryAuth,
    ),
    attempt: fc.integer({ min: 1, max: 999 }),
  })
  .map((given) => {
    const source = { ...SOURCE, env: given.env, rebuild: given.rebuild };
    const app = appOf(given.name, {
      ...{ image: undefined, source, command: given.text, entrypoint: [given.text] },
      env: [{ name: 'A', value: given.text }],
      labels: { team: given.text },
    });
    const { attempt, requestedBy, registryAuth } = given;
    return { ...order({ registryAuth }, source), app, attempt, requestedBy };
  });

describe('the name of a build', () => {
  const { settings } = building;
  const named = (source: Source, attempt = 1, app = 'billing') => buildName(app, source, settings, attempt);

  it('is the same for the same source, and another for any part of it, another builder and another attempt', () => {
    const again: Source = { ...SOURCE, env: [{ name: 'A', value: 'b' }] };
    expect(named({ ...again })).toBe(named(again));
    const names = [
      ...[named(SOURCE), named(again), named({ ...SOURCE, rebuild: '1' }), named(SOURCE, 2)],
      named({ sha256: 'b'.repeat(64) }),
      // Its parts do not run into each other.
      named({ ...SOURCE, env: [{ name: 'Ab', value: '' }] }),
      buildName('billing', SOURCE, { ...settings, builder: 'other' }, 1),
      buildName('billing', SOURCE, { ...settings, runImage: 'other' }, 1),
    ];
    expect(new Set(names).size).toBe(names.length);
  });

  it('ends in its attempt, and leaves room for the names of its TaskRun and its pod', () => {
    expect([named(SOURCE, 1), named(SOURCE, 2)]).toEqual([
      expect.stringMatching(/^billing-build-[0-9a-f]{10}$/),
      expect.stringMatching(/^billing-build-[0-9a-f]{10}-2$/),
    ]);
    const longest = named(SOURCE, 999, 'b'.repeat(63));
    // Tekton hashes what is longer.
    expect(`${longest}-build`.length).toBeLessThanOrEqual(63);
    expect(longest).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
  });
});

describe('the Secret of a build', () => {
  it('has the URL, the credentials where there are any, and the environment', () => {
    const source = { ...SOURCE, env: [{ name: 'url', value: 'mine' }] };
    expect(buildSecret(source, { url: 'https://signed' })).toEqual({
      url: 'https://signed',
      'env.url': 'mine',
    });
    expect(buildSecret(SOURCE, { url: 'u', credentials: '{}' })).toEqual({ url: 'u', 'config.json': '{}' });
  });
});
