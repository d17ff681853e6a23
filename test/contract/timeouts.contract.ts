import { beforeAll, describe, expect, it } from '@jest/globals';
import { listPath } from '../support/paths.ts';
import { runsOf } from '../support/runs.ts';
import { run, shell } from './support/step-runs.ts';
import type { Target } from './support/target.ts';
import { type Tekton, tektonOf } from './support/tekton.ts';

const NONE = { pipeline: '0s' };

type Limits = {
  readonly timeouts: object;
  /** The task's own. */
  readonly timeout?: string;
  readonly becomes: (tekton: Tekton) => string;
};

/** Names of runs, their limits, and the limit that their TaskRun gets. */
const LIMITS: Readonly<Record<string, Limits>> = {
  'of-run': { timeouts: NONE, becomes: () => '1h0m0s' },
  'of-task': { timeouts: NONE, timeout: '2h0m0s', becomes: () => '2h0m0s' },
  'none-of-task': { timeouts: NONE, timeout: '0s', becomes: () => '0s' },
  'of-tasks': {
    timeouts: { ...NONE, tasks: '2h0m0s' },
    becomes: ({ takesTasksTimeout }) => (takesTasksTimeout ? '2h0m0s' : '1h0m0s'),
  },
  'none-of-tasks': {
    timeouts: { ...NONE, tasks: '0s' },
    becomes: ({ takesTasksTimeout }) => (takesTasksTimeout ? '0s' : '1h0m0s'),
  },
  'of-both': { timeouts: { ...NONE, tasks: '2h0m0s' }, timeout: '3h0m0s', becomes: () => '3h0m0s' },
};

/** Timeouts. The task needs a limit of its own: with that of the run alone its TaskRun gets an hour. */
export const timeouts = (target: () => Target) =>
  describe('the timeout of a TaskRun', () => {
    let space = '';
    let tekton: Tekton;

    beforeAll(async () => {
      tekton = await tektonOf(target());
      space = await target().openSpace();
      const created = await Promise.all(
        Object.entries(LIMITS).map(([name, { timeouts, timeout }]) => {
          const { spec, ...rest } = run(name, { stepTemplate: { image: target().image }, steps: [STEP] });
          const tasks = spec.pipelineSpec.tasks.map((task) => ({ ...task, timeout }));
          const limited = { ...rest, spec: { timeouts, pipelineSpec: { tasks } } };
          return target().as('admin').create(listPath('pipelineruns', space), limited);
        }),
      );
      expect(created.map(({ status }) => status)).toEqual(created.map(() => 201));
    });

    it.each(Object.entries(LIMITS))('%s', async (name, { becomes }) => {
      const { spec } = await runsOf(target().as('reader'), space).taskRun(name);
      expect(spec).toMatchObject({ timeout: becomes(tekton) });
    });

    it('of all tasks is no longer than that of their run', async () => {
      const { spec, ...rest } = run('longer', { stepTemplate: { image: target().image }, steps: [STEP] });
      const { status, body } = await target()
        .as('admin')
        .create(listPath('pipelineruns', space), {
          ...rest,
          spec: { ...spec, timeouts: { tasks: '2h0m0s' } },
        });
      expect({ status, message: body.message }).toEqual({
        status: 400,
        message: expect.stringContaining('2h0m0s should be <= pipeline duration: spec.timeouts.tasks'),
      });
    });
  });

const STEP = shell('main', 'true');
