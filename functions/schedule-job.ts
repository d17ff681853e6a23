import { endpoint, serve } from '../lib/http/endpoint.ts';
import { presentJob, presentSchedule } from '../lib/http/present.ts';
import { emptySchema } from '../lib/http/request.ts';
import { InSpace, OfJob, ScheduleJobBody } from '../lib/http/schemas.ts';
import { type ManageJobPorts, scheduleJob, suspendJob } from '../lib/jobs/manage.ts';
import { suspendSpace } from '../lib/jobs/suspend-space.ts';
import { liveSchedulePorts } from '../lib/platform/wiring.ts';

const suspendOne = (verb: string, suspend: boolean) =>
  endpoint({
    verb,
    path: OfJob,
    query: emptySchema,
    body: emptySchema,
    run: async (ports: ManageJobPorts, { path }) => ({
      status: 200,
      body: presentJob(await suspendJob(ports, { ...path, suspend }), ports.now()),
    }),
  });

const suspendAll = (verb: string, suspend: boolean) =>
  endpoint({
    verb,
    path: InSpace,
    query: emptySchema,
    body: emptySchema,
    run: async (ports: ManageJobPorts, { path }) => ({
      status: 200,
      body: await suspendSpace(ports, { ...path, suspend }),
    }),
  });

/** Sets the schedule of a job, and suspends and resumes one job or all jobs of a space. */
export const endpoints = {
  'PUT /v1/spaces/{space}/jobs/{job}/schedule': endpoint({
    verb: 'schedule-job',
    path: OfJob,
    query: emptySchema,
    body: ScheduleJobBody,
    run: async (ports: ManageJobPorts, { path, body }) => {
      const { job, replaced } = await scheduleJob(ports, { ...path, ...body });
      return {
        status: 200,
        body: {
          ...presentJob(job, ports.now()),
          ...(replaced === undefined ? {} : { replaced: presentSchedule(replaced) }),
        },
      };
    },
  }),

  'PUT /v1/spaces/{space}/jobs/{job}/suspended': suspendOne('suspend-job', true),
  'DELETE /v1/spaces/{space}/jobs/{job}/suspended': suspendOne('resume-job', false),
  'PUT /v1/spaces/{space}/suspended': suspendAll('suspend-job', true),
  'DELETE /v1/spaces/{space}/suspended': suspendAll('resume-job', false),
};

export const handler = serve(liveSchedulePorts, endpoints);
