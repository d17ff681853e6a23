import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Jobs } from '../../lib/jobs/jobs.ts';
import { kubernetesJobs } from '../../lib/jobs/repository.ts';
import { createClient } from '../../lib/platform/kubernetes/client.ts';
import { jobOf } from '../support/memory-ports.ts';
import { json, startServer, type TestServer } from '../support/test-server.ts';

/** Responses of a real API server to a DELETE, by the job's name. */
const REFUSALS: Readonly<Record<string, string>> = {
  another:
    'Operation cannot be fulfilled on jobs.taskbridge.dev "another": the UID in the precondition (uid-1) does not match ' +
    'the UID in record (uid-2). The object might have been deleted and then recreated',
  busy:
    'Operation cannot be fulfilled on jobs.taskbridge.dev "busy": the object has been modified; please apply your ' +
    'changes to the latest version and try again',
};

let server: TestServer;
let jobs: Jobs;
beforeAll(async () => {
  server = await startServer(({ path }, response) => {
    const message = REFUSALS[path.replace(/^.*\/|\?.*$/g, '')];
    json(response, 409, { kind: 'Status', reason: 'Conflict', message, code: 409 });
  });
  jobs = kubernetesJobs(createClient({ endpoint: server.endpoint, tls: {} }));
});
afterAll(() => server.close());

describe('deleting a job', () => {
  it('succeeds when another job has its name', async () => {
    await expect(jobs.delete(jobOf('another'))).resolves.toBeUndefined();
  });

  it('fails when the cluster refuses it for another reason', async () => {
    await expect(jobs.delete(jobOf('busy'))).rejects.toMatchObject({ kind: 'conflict' });
  });
});
