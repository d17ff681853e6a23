import type { Body, ClusterApi } from './cluster-api.ts';
import { eventually } from './eventually.ts';
import { objectPath } from './paths.ts';
import { CONTAINER } from './pipeline-run.ts';

/**
 * Longest wait for a pod to start or end, also that of a build: a real node starts a dozen at once, one after another, and
 * tries again after half a minute what it could not do on a busy machine.
 */
export const POD_MS = 280_000;

/** The condition that says how a PipelineRun or TaskRun stands. */
export const succeeded = ({ status }: Body) => status?.conditions?.find(({ type }) => type === 'Succeeded');

const isEnded = (body: Body): boolean => ['True', 'False'].includes(succeeded(body)?.status ?? '');

/** Reads the runs of one space and waits for what they become. */
export function runsOf(api: ClusterApi, space: string) {
  const pipelineRun = async (name: string) => (await api.get(objectPath('pipelineruns', space, name))).body;

  /** The TaskRun, by the name in the run's status: that of a long name is a hash. */
  const taskRun = async (name: string): Promise<Body> => {
    const child = await eventually(async () => (await pipelineRun(name)).status?.childReferences?.[0]?.name, {
      withinMs: POD_MS,
      what: `a TaskRun of ${name}`,
    });
    return (await api.get(objectPath('taskruns', space, child))).body;
  };

  const taskRunThat = (name: string, is: (body: Body) => boolean, what: string): Promise<Body> => {
    let last: Body | undefined;
    return eventually(
      async () => {
        last = await taskRun(name);
        return is(last) ? last : undefined;
      },
      {
        withinMs: POD_MS,
        what: `${name}: ${what}`,
        instead: () => `It has the status ${JSON.stringify(last?.status)}`,
      },
    );
  };

  const log = (pod: string, query: Readonly<Record<string, string | number | boolean>> = {}) =>
    api.get(objectPath('pods', space, pod, 'log'), { container: CONTAINER, ...query });

  return {
    pipelineRun,
    taskRun,
    log,
    /** The PipelineRun when it has ended. */
    ended: (name: string): Promise<Body> =>
      eventually(
        async () => {
          const body = await pipelineRun(name);
          return isEnded(body) ? body : undefined;
        },
        { withinMs: POD_MS, what: `the end of ${name}` },
      ),
    /** The TaskRun when it has ended. */
    endedTaskRun: (name: string) => taskRunThat(name, isEnded, 'the end of its TaskRun'),
    /** Name of the pod, when its command has started. */
    started: async (name: string): Promise<string> => {
      const hasBegun = ({ status }: Body) => status?.steps?.[0]?.running !== undefined;
      return (await taskRunThat(name, hasBegun, 'a running step')).status.podName ?? '';
    },
    /** All that an ended run wrote. */
    output: async (name: string): Promise<string> => {
      const { status } = await taskRunThat(name, isEnded, 'the end of its TaskRun');
      return (await log(status.podName ?? '')).text;
    },
  };
}
