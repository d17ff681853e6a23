import { beforeEach, describe, expect, it } from '@jest/globals';
import type { App } from '../../lib/apps/app.ts';
import { pushApp } from '../../lib/apps/push.ts';
import { resolveImage } from '../../lib/builds/current.ts';
import { building, UPLOADED } from '../support/building.ts';
import { appOf, type MemoryPorts, memoryPorts, SPACE } from '../support/memory-ports.ts';

const DIGEST = `sha256:${'4'.repeat(64)}`;
const OLD = { image: 'registry.example/old@sha256:0', build: 'old', processes: [] };

let ports: MemoryPorts;
let app: App;
beforeEach(async () => {
  ports = memoryPorts();
  const spec = { source: { sha256: UPLOADED } };
  ({ app } = await pushApp({ ...ports, building }, { space: SPACE, name: 'billing', spec }));
});

const ends = (status: 'True' | 'False') =>
  ports.builds.becomes(app.build?.name ?? '', {
    condition: { status, reason: status === 'True' ? 'Succeeded' : 'Failed' },
    ...(status === 'True' ? { digest: DIGEST, processes: ['web'] } : {}),
  });

describe('resolveImage', () => {
  it('takes the image of the app, without reading a build', async () => {
    ports.cluster.outOfReach = true;
    const plain = appOf('billing');
    expect(await resolveImage(ports, plain)).toBe(plain);
  });

  it('prefers the image of a build that succeeded since the last reconcile to that of the build before', async () => {
    ends('True');
    const { built } = await resolveImage(ports, { ...app, built: OLD });
    expect(built).toEqual({
      image: `taskbridge.local/built/${SPACE}/billing@${DIGEST}`,
      build: app.build?.name,
      id: app.build?.id,
      processes: ['web'],
    });
  });

  it('takes the image of the last successful build while a newer one runs, and after that has failed', async () => {
    expect((await resolveImage(ports, { ...app, built: OLD })).built).toEqual(OLD);
    ends('False');
    expect((await resolveImage(ports, { ...app, built: OLD })).built).toEqual(OLD);
  });

  it('ignores a build of an earlier app of this name', async () => {
    ends('True');
    await expect(resolveImage(ports, { ...app, uid: 'later' })).rejects.toMatchObject({ kind: 'conflict' });
  });

  it.each([
    ['has not started', undefined, 'its build has not started. Try again in a minute'],
    ['goes on', { state: 'running' as const }, 'is running. Try again when it has ended'],
    [
      'failed',
      {
        state: 'failed' as const,
        reason: 'NoBuildpack',
        message: 'No buildpack of the builder fits this app',
      },
      'failed (NoBuildpack: No buildpack of the builder fits this app). Push it again',
    ],
  ])('explains that there is no image when the first build %s', async (_, state, words) => {
    const build = state === undefined || app.build === undefined ? undefined : { ...app.build, ...state };
    await expect(resolveImage(ports, { ...app, build })).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining(words),
    });
  });
});
