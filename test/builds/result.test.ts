import { describe, expect, it } from '@jest/globals';
import type { BuildRecord, BuildStep, BuildTaskRun, Phase } from '../../lib/builds/build.ts';
import { PHASES } from '../../lib/builds/build.ts';
import { toBuild } from '../../lib/builds/result.ts';
import { ANNOTATION, LABEL } from '../../lib/platform/labels.ts';

const CREATED = '2026-11-24T21:00:00Z';

const build = (more: Partial<BuildRecord> = {}): BuildRecord => ({
  space: 'team-a',
  name: 'billing-build-0c6f3d18a2',
  uid: 'uid',
  createdAt: CREATED,
  deleting: false,
  labels: { [LABEL.app]: 'billing' },
  annotations: { [ANNOTATION.requestedBy]: 'ada' },
  ownerUid: 'app-uid',
  id: '0c6f3d18a2',
  sha256: 'a'.repeat(64),
  repository: 'registry.example/team-a/billing',
  ...more,
});

const FAILED = { status: 'False', reason: 'Failed' } as const;

const taskRun = (steps: readonly BuildStep[], more: Partial<BuildTaskRun> = {}): BuildTaskRun => ({
  name: 'billing-build-0c6f3d18a2-build',
  run: 'billing-build-0c6f3d18a2',
  pod: 'billing-build-0c6f3d18a2-build-pod',
  condition: FAILED,
  steps,
  ...more,
});

/** Steps of a build that ended at `last`: earlier ones completed, later ones were skipped. */
function stepsTo(last: Phase, exitCode: number, reason = 'Error'): readonly BuildStep[] {
  const at = PHASES.indexOf(last);
  const startedAt = '2026-11-24T21:00:04Z';
  return PHASES.map((name, index) => {
    if (index < at)
      return { name, ending: 'Completed', terminated: { exitCode: 0, reason: 'Completed', startedAt } };
    if (index > at)
      return { name, ending: 'Skipped', terminated: { exitCode: 1, reason: 'Error', startedAt } };
    return { name, ending: 'Error', terminated: { exitCode, reason, startedAt } };
  });
}

describe('a build', () => {
  it('runs until its TaskRun has ended, also where Tekton has written over its end', () => {
    const child = taskRun([], { condition: { status: 'Unknown', reason: 'Pending' } });
    const { state, reason } = toBuild(build({ condition: FAILED, taskRun: child.name }), child);
    expect([state, reason]).toEqual(['running', undefined]);
  });

  it.each([
    ['fetch', 15, 'SourceGone'],
    ['fetch', 16, 'SourceChecksum'],
    ['fetch', 17, 'SourceFormat'],
    ['fetch', 18, 'TooLarge'],
    ['analyze', 1, 'RegistryUnreachable'],
    ['analyze', 11, 'PlatformApi'],
    ['detect', 20, 'NoBuildpack'],
    ['detect', 21, 'NoBuildpack'],
    ['build', 51, 'BuildFailed'],
    ['build', 2, 'BuildFailed'],
    ['export', 3, 'RunImageMissing'],
    ['export', 12, 'PlatformApi'],
  ] as const)('whose step %s ended with %i failed as %s, in words', (step, code, reason) => {
    const found = toBuild(build({ condition: FAILED }), taskRun(stepsTo(step, code)));
    expect(found).toMatchObject({ state: 'failed', reason, message: expect.stringMatching(/^[A-Z].*[.?]$/) });
  });

  it('of whose step the exit code is the one for a signal says so', () => {
    const message = 'Step build failed: exit code 255, or ended by a signal. See the last lines of the log.';
    expect(toBuild(build({ condition: FAILED }), taskRun(stepsTo('build', 255)))).toMatchObject({ message });
  });

  it('whose container the node lost has no exit code', () => {
    const lost = taskRun(stepsTo('build', 137, 'ContainerStatusUnknown'));
    const found = toBuild(build({ condition: FAILED }), lost);
    expect(found).toMatchObject({ state: 'failed', reason: 'ContainerStatusUnknown' });
    expect(found.message).not.toContain('137');
  });

  it.each([
    [137, 'Failed'],
    [255, 'Failed'],
    [137, 'StepOOM'],
  ])('that ran out of memory is OOMKilled, with the code %i and the TaskRun’s reason %s', (code, of) => {
    const message = `"step-build" exited with code ${code}: OOMKilled`;
    const ended = taskRun(stepsTo('build', code, 'OOMKilled'), {
      condition: { status: 'False', reason: of, message },
    });
    expect(toBuild(build({ condition: FAILED }), ended)).toMatchObject({
      state: 'failed',
      reason: 'OOMKilled',
      message: expect.stringContaining('buildMemory'),
    });
  });

  it('that failed has no image, also where Tekton gives its run the results that it had by then', () => {
    const digest = `sha256:${'b'.repeat(64)}`;
    const steps = stepsTo('export', 1);
    const found = toBuild(
      build({ condition: FAILED, digest, processes: ['web'] }),
      taskRun(steps, { condition: { status: 'False', reason: 'StepFailed' } }),
    );
    expect(found).toMatchObject({ state: 'failed', reason: 'BuildFailed' });
    expect(found.image).toBeUndefined();
  });

  it.each(['Failed', 'PodEvicted'])('that filled its disk was evicted, %s, and is TooLarge', (reason) => {
    const message = 'Usage of EmptyDir volume "vcap" exceeds the limit "64Mi".';
    const evicted = taskRun(stepsTo('build', 255), { condition: { ...FAILED, reason, message } });
    expect(toBuild(build({ condition: FAILED }), evicted)).toMatchObject({
      state: 'failed',
      reason: 'TooLarge',
    });
  });

  it('that took longer than allowed timed out', () => {
    const condition = { status: 'False', reason: 'TaskRunTimeout' } as const;
    const steps = stepsTo('build', 1, 'TaskRunTimeout');
    expect(toBuild(build({ condition: FAILED }), taskRun(steps, { condition }))).toMatchObject({
      state: 'failed',
      reason: 'BuildTimeout',
    });
  });

  it.each([
    ['Superseded', 'A newer source'],
    ['PendingTimeout', '30 minutes'],
  ])('that Taskbridge cancelled says why: %s', (reason, words) => {
    const annotations = { [ANNOTATION.cancelledBecause]: reason };
    const condition = { status: 'False', reason: 'Cancelled' } as const;
    expect(toBuild(build({ condition, annotations }))).toMatchObject({
      state: 'cancelled',
      reason,
      message: expect.stringContaining(words),
    });
  });

  it('that succeeded has its image by its digest, and its processes', () => {
    const digest = `sha256:${'4'.repeat(64)}`;
    const done = {
      condition: { status: 'True', reason: 'Succeeded' } as const,
      digest,
      processes: ['task', 'web'],
    };
    expect(toBuild(build(done), taskRun(stepsTo('digest', 0), { condition: done.condition }))).toMatchObject({
      state: 'succeeded',
      image: `registry.example/team-a/billing@${digest}`,
      processes: ['task', 'web'],
    });
  });

  it('is at the first of its steps that has not ended', () => {
    const running = { runningSince: '2026-11-24T21:00:04Z' };
    const steps = PHASES.map((name, index) =>
      index < 2 ? { name, ending: 'Completed', terminated: { exitCode: 0 } } : { name, ...running },
    );
    const condition = { status: 'Unknown', reason: 'Running' } as const;
    expect(toBuild(build({ condition }), taskRun(steps, { condition }))).toMatchObject({
      state: 'running',
      phase: 'detect',
    });
  });
});
