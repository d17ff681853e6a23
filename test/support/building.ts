import type { Building } from '../../lib/builds/builds.ts';

/** A source that was uploaded; of any other nothing is there. */
export const UPLOADED = 'a'.repeat(64);

const LARGEST = 2 ** 30;

/** Stage that builds. Its object store has one source for each app, and stores no bytes. */
export const building: Building = {
  settings: {
    builder: 'taskbridge.local/builder:1',
    runImage: 'taskbridge.local/run:1',
    repository: 'taskbridge.local/built',
    user: { uid: 1000, gid: 1000 },
    serviceAccount: 'taskbridge-build',
    memory: LARGEST,
    disk: LARGEST,
    cpu: 500,
    timeoutSeconds: 900,
    registryAuth: { kind: 'none' },
    insecureRegistries: [],
  },
  sources: {
    has: async (_space, _app, sha256) => sha256 === UPLOADED,
    upload: async (space, app, { sha256, size }) => ({
      method: 'PUT',
      url: `http://127.0.0.1:1/sources/${space}/${app}/${sha256}.tgz`,
      headers: { 'content-length': String(size) },
      expiresAt: '2026-11-24T21:35:00.000Z',
    }),
    download: async (space, app, sha256) => `http://127.0.0.1:1/sources/${space}/${app}/${sha256}.tgz`,
  },
};
