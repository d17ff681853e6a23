import type { Apps } from '../lib/apps/apps.ts';
import { getApp, listApps, listSpaces, type Spaces } from '../lib/apps/list.ts';
import { withCurrentBuild } from '../lib/builds/current.ts';
import { listBuilds } from '../lib/builds/list.ts';
import { endpoint, serve } from '../lib/http/endpoint.ts';
import { respondWithPage } from '../lib/http/page.ts';
import { presentApp, presentJob, presentJobRow } from '../lib/http/present.ts';
import { emptySchema } from '../lib/http/request.ts';
import {
  HistoryQuery,
  InSpace,
  JobsQuery,
  LogsQuery,
  OfApp,
  OfJob,
  OfTask,
  PageQuery,
  TasksQuery,
} from '../lib/http/schemas.ts';
import type { Jobs } from '../lib/jobs/jobs.ts';
import { getJob, jobHistory, listJobs } from '../lib/jobs/list.ts';
import { liveReadPorts } from '../lib/platform/wiring.ts';
import { getTask } from '../lib/tasks/find.ts';
import { listTasks } from '../lib/tasks/list.ts';
import { type LogPorts, readLogs } from '../lib/tasks/logs.ts';

type ReadPorts = LogPorts & { readonly apps: Apps; readonly jobs: Jobs; readonly spaces: Spaces };

/** All endpoints that only read: one function, with one warm pool and one identity. */
export const endpoints = {
  'GET /v1/spaces': endpoint({
    verb: 'spaces',
    path: emptySchema,
    query: emptySchema,
    body: emptySchema,
    run: async (ports: ReadPorts, { caller }) => ({
      status: 200,
      body: { items: await listSpaces(ports, caller) },
    }),
  }),

  'GET /v1/spaces/{space}/apps': endpoint({
    verb: 'apps',
    path: InSpace,
    query: PageQuery,
    body: emptySchema,
    run: async (ports: ReadPorts, { path, query }) =>
      respondWithPage(query.limit, (limit) => listApps(ports, { ...path, ...query, limit }), presentApp),
  }),

  'GET /v1/spaces/{space}/apps/{app}': endpoint({
    verb: 'app',
    path: OfApp,
    query: emptySchema,
    body: emptySchema,
    run: async (ports: ReadPorts, { path }) => ({
      status: 200,
      body: presentApp(await withCurrentBuild(ports, await getApp(ports, path))),
    }),
  }),

  'GET /v1/spaces/{space}/apps/{app}/builds': endpoint({
    verb: 'builds',
    path: OfApp,
    query: PageQuery,
    body: emptySchema,
    run: async (ports: ReadPorts, { path, query }) =>
      respondWithPage(
        query.limit,
        (limit) => listBuilds(ports, { ...path, ...query, limit }),
        (found) => found,
      ),
  }),

  'GET /v1/spaces/{space}/tasks': endpoint({
    verb: 'tasks',
    path: InSpace,
    query: TasksQuery,
    body: emptySchema,
    run: async (ports: ReadPorts, { path, query }) =>
      respondWithPage(
        query.limit,
        (limit) => listTasks(ports, { ...path, ...query, limit }),
        (found) => found,
      ),
  }),

  'GET /v1/spaces/{space}/tasks/{task}': endpoint({
    verb: 'task',
    path: OfTask,
    query: emptySchema,
    body: emptySchema,
    run: async (ports: ReadPorts, { path }) => ({ status: 200, body: await getTask(ports, path) }),
  }),

  'GET /v1/spaces/{space}/tasks/{task}/logs': endpoint({
    verb: 'logs',
    path: OfTask,
    query: LogsQuery,
    body: emptySchema,
    run: async (ports: ReadPorts, { path, query }) => ({
      status: 200,
      body: await readLogs(ports, { ...path, ...query }),
    }),
  }),

  'GET /v1/spaces/{space}/jobs': endpoint({
    verb: 'jobs',
    path: InSpace,
    query: JobsQuery,
    body: emptySchema,
    run: async (ports: ReadPorts, { path, query }) =>
      respondWithPage(
        query.limit,
        (limit) => listJobs(ports, { ...path, ...query, limit }),
        presentJobRow(ports.now()),
      ),
  }),

  'GET /v1/spaces/{space}/jobs/{job}': endpoint({
    verb: 'job',
    path: OfJob,
    query: emptySchema,
    body: emptySchema,
    run: async (ports: ReadPorts, { path }) => ({
      status: 200,
      body: presentJob(await getJob(ports, path), ports.now()),
    }),
  }),

  'GET /v1/spaces/{space}/jobs/{job}/tasks': endpoint({
    verb: 'job-history',
    path: OfJob,
    query: HistoryQuery,
    body: emptySchema,
    run: async (ports: ReadPorts, { path, query }) =>
      respondWithPage(
        query.limit,
        (limit) => jobHistory(ports, { ...path, ...query, limit }),
        (found) => found,
      ),
  }),
};

export const handler = serve(liveReadPorts, endpoints);
