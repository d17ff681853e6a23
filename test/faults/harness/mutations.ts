import { ANNOTATION, LABEL } from '../../../lib/platform/labels.ts';
import { taskId } from '../../../lib/platform/names.ts';
import type { AllPorts } from '../../support/memory-ports.ts';

/** Faults in our own code, which the harness must find. */
export const MUTATIONS: Readonly<Record<string, (ports: AllPorts) => AllPorts>> = {
  /** The name of a scheduled run is no lock any more. */
  'random name': (ports) => ({
    ...ports,
    runs: {
      ...ports.runs,
      create: (run) => {
        const name = `${run.metadata.name}-${taskId(ports.random(5))}`;
        return ports.runs.create({ ...run, metadata: { ...run.metadata, name } });
      },
    },
  }),
  /** Records an occurrence as run before its run is created. */
  'time first': (ports) => ({
    ...ports,
    runs: {
      ...ports.runs,
      create: async (run) => {
        const { namespace, labels, annotations } = run.metadata;
        const time = annotations[ANNOTATION.scheduledTime];
        if (time !== undefined) {
          const job = await ports.jobs.get(namespace, labels[LABEL.job] ?? '');
          await ports.jobs.writeStatus(job, { lastScheduleTime: new Date(time) });
        }
        return ports.runs.create(run);
      },
    },
  }),
};
