import { app } from '../lib/actions/app.ts';
import { apps } from '../lib/actions/apps.ts';
import { builds } from '../lib/actions/builds.ts';
import { job } from '../lib/actions/job.ts';
import { jobHistory } from '../lib/actions/job-history.ts';
import { jobs } from '../lib/actions/jobs.ts';
import { logs } from '../lib/actions/logs.ts';
import { spaces } from '../lib/actions/spaces.ts';
import { task } from '../lib/actions/task.ts';
import { tasks } from '../lib/actions/tasks.ts';
import { endpoint, nothing } from '../lib/http/endpoint.ts';
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
} from '../lib/http/parameters.ts';
import { presentApp, presentPage } from '../lib/http/present.ts';
import { presentJob, presentJobRow } from '../lib/http/present-job.ts';
import { serve } from '../lib/http/serve.ts';
import { liveReadingPorts } from '../lib/wiring.ts';

/** Everything that only reads: one function, so that one warm pool and one identity serve all of it. */
export const endpoints = {
  'GET /v1/spaces': endpoint({
    verb: 'spaces',
    path: nothing,
    query: nothing,
    body: nothing,
    run: async (ports, { caller }) => ({ status: 200, body: { items: await spaces(ports, caller) } }),
  }),

  'GET /v1/spaces/{space}/apps': endpoint({
    verb: 'apps',
    path: InSpace,
    query: AppsQuery,
    body: nothing,
    run: async (ports, { path, query }) => ({
      status: 200,
      body: presentPage(await apps(ports, { ...path, ...query }), presentApp),
    }),
  }),

  'GET /v1/spaces/{space}/apps/{app}': endpoint({
    verb: 'app',
    path: OfApp,
    query: nothing,
    body: nothing,
    run: async (ports, { path }) => ({ status: 200, body: presentApp(await app(ports, path)) }),
  }),

  'GET /v1/spaces/{space}/apps/{app}/builds': endpoint({
    verb: 'builds',
    path: OfApp,
    query: nothing,
    body: nothing,
    run: async (ports, { path }) => ({ status: 200, body: { items: await builds(ports, path) } }),
  }),

  'GET /v1/spaces/{space}/tasks': endpoint({
    verb: 'tasks',
    path: InSpace,
    query: TasksQuery,
    body: nothing,
    run: async (ports, { path, query }) => ({
      status: 200,
      body: presentPage(await tasks(ports, { ...path, ...query }), (found) => found),
    }),
  }),

  'GET /v1/spaces/{space}/tasks/{task}': endpoint({
    verb: 'task',
    path: OfTask,
    query: nothing,
    body: nothing,
    run: async (ports, { path }) => ({ status: 200, body: await task(ports, path) }),
  }),

  'GET /v1/spaces/{space}/tasks/{task}/logs': endpoint({
    verb: 'logs',
    path: OfTask,
    query: LogsQuery,
    body: nothing,
    run: async (ports, { path, query }) => ({ status: 200, body: await logs(ports, { ...path, ...query }) }),
  }),

  'GET /v1/spaces/{space}/jobs': endpoint({
    verb: 'jobs',
    path: InSpace,
    query: JobsQuery,
    body: nothing,
    run: async (ports, { path, query }) => ({
      status: 200,
      body: presentPage(await jobs(ports, { ...path, ...query }), presentJobRow(ports.now())),
    }),
  }),

  'GET /v1/spaces/{space}/jobs/{job}': endpoint({
    verb: 'job',
    path: OfJob,
    query: nothing,
    body: nothing,
    run: async (ports, { path }) => ({ status: 200, body: presentJob(await job(ports, path), ports.now()) }),
  }),

  'GET /v1/spaces/{space}/jobs/{job}/tasks': endpoint({
    verb: 'job-history',
    path: OfJob,
    query: HistoryQuery,
    body: nothing,
    run: async (ports, { path, query }) => ({
      status: 200,
      body: presentPage(await jobHistory(ports, { ...path, ...query }), (found) => found),
    }),
  }),
};

export const handler = serve(liveReadingPorts, endpoints);
