import { getApp, listApps, listSpaces } from '../lib/apps/list.ts';
import { listBuilds } from '../lib/builds/list.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { presentApp, presentJob, presentJobRow, presentPage } from '../lib/http/present.ts';
import { emptySchema } from '../lib/http/request.ts';
import {
  AppsQuery,
  HistoryQuery,
  InSpace,
  JobsQuery,
  LogsQuery,
  OfApp,
  OfJob,
  OfTask,
  TasksQuery,
} from '../lib/http/schemas.ts';
import { serve } from '../lib/http/serve.ts';
import { getJob, jobHistory, listJobs } from '../lib/jobs/list.ts';
import { liveReadingPorts, type Ports } from '../lib/platform/wiring.ts';
import { getTask } from '../lib/tasks/find.ts';
import { listTasks } from '../lib/tasks/list.ts';
import { readLogs } from '../lib/tasks/logs.ts';

/** All endpoints that only read: one function, with one warm pool and one identity. */
export const endpoints = {
  'GET /v1/spaces': endpoint({
    verb: 'spaces',
    path: emptySchema,
    query: emptySchema,
    body: emptySchema,
    run: async (ports: Ports, { caller }) => ({
      status: 200,
      body: { items: await listSpaces(ports, caller) },
    }),
  }),

  'GET /v1/spaces/{space}/apps': endpoint({
    verb: 'apps',
    path: InSpace,
    query: AppsQuery,
    body: emptySchema,
    run: async (ports: Ports, { path, query }) => ({
      status: 200,
      body: presentPage(await listApps(ports, { ...path, ...query }), presentApp),
    }),
  }),

  'GET /v1/spaces/{space}/apps/{app}': endpoint({
    verb: 'app',
    path: OfApp,
    query: emptySchema,
    body: emptySchema,
    run: async (ports: Ports, { path }) => ({ status: 200, body: presentApp(await getApp(ports, path)) }),
  }),

  'GET /v1/spaces/{space}/apps/{app}/builds': endpoint({
    verb: 'builds',
    path: OfApp,
    query: emptySchema,
    body: emptySchema,
    run: async (ports: Ports, { path }) => ({ status: 200, body: { items: await listBuilds(ports, path) } }),
  }),

  'GET /v1/spaces/{space}/tasks': endpoint({
    verb: 'tasks',
    path: InSpace,
    query: TasksQuery,
    body: emptySchema,
    run: async (ports: Ports, { path, query }) => ({
      status: 200,
      body: presentPage(await listTasks(ports, { ...path, ...query }), (found) => found),
    }),
  }),

  'GET /v1/spaces/{space}/tasks/{task}': endpoint({
    verb: 'task',
    path: OfTask,
    query: emptySchema,
    body: emptySchema,
    run: async (ports: Ports, { path }) => ({ status: 200, body: await getTask(ports, path) }),
  }),

  'GET /v1/spaces/{space}/tasks/{task}/logs': endpoint({
    verb: 'logs',
    path: OfTask,
    query: LogsQuery,
    body: emptySchema,
    run: async (ports: Ports, { path, query }) => ({
      status: 200,
      body: await readLogs(ports, { ...path, ...query }),
    }),
  }),

  'GET /v1/spaces/{space}/jobs': endpoint({
    verb: 'jobs',
    path: InSpace,
    query: JobsQuery,
    body: emptySchema,
    run: async (ports: Ports, { path, query }) => ({
      status: 200,
      body: presentPage(await listJobs(ports, { ...path, ...query }), presentJobRow(ports.now())),
    }),
  }),

  'GET /v1/spaces/{space}/jobs/{job}': endpoint({
    verb: 'job',
    path: OfJob,
    query: emptySchema,
    body: emptySchema,
    run: async (ports: Ports, { path }) => ({
      status: 200,
      body: presentJob(await getJob(ports, path), ports.now()),
    }),
  }),

  'GET /v1/spaces/{space}/jobs/{job}/tasks': endpoint({
    verb: 'job-history',
    path: OfJob,
    query: HistoryQuery,
    body: emptySchema,
    run: async (ports: Ports, { path, query }) => ({
      status: 200,
      body: presentPage(await jobHistory(ports, { ...path, ...query }), (found) => found),
    }),
  }),
};

export const handler = serve(liveReadingPorts, endpoints);
