import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Body } from '../support/cluster-api.ts';
import { listPath } from '../support/paths.ts';
import { pipelineRun } from '../support/pipeline-run.ts';
import type { Target } from './support/target.ts';

/** Lists as they were at a resourceVersion. The runs are pending, so nothing changes during the suite. */
export const earlierLists = (target: () => Target) =>
  describe('lists at an earlier resourceVersion', () => {
    let space = '';
    const list = (query: Readonly<Record<string, string | number>>) =>
      target().as('reader').get(listPath('pipelineruns', space), query);
    const create = (name: string) =>
      target()
        .as('admin')
        .create(
          listPath('pipelineruns', space),
          pipelineRun({
            name,
            labels: { app: 'billing' },
            image: target().image,
            status: 'PipelineRunPending',
          }),
        );
    const namesIn = ({ items }: Body): string[] => items.map(({ metadata }) => metadata.name);

    beforeAll(async () => {
      space = await target().openSpace();
      for (const name of ['b', 'c', 'd']) await create(name);
    });

    it('show a first page that others have changed, and the pages after it', async () => {
      const page = { limit: 2, labelSelector: 'app' };
      const first = await list(page);
      await create('a');
      expect(namesIn((await list(page)).body)).toEqual(['a', 'b']);
      const { resourceVersion } = first.body.metadata;
      const again = await list({ ...page, resourceVersion, resourceVersionMatch: 'Exact' });
      expect(namesIn(again.body)).toEqual(['b', 'c']);
      const second = await list({ ...page, continue: again.body.metadata.continue ?? '' });
      expect(namesIn(second.body)).toEqual(['d']);
    });

    it.each([
      [{ resourceVersionMatch: 'Exact' }, 'is forbidden unless resourceVersion is provided'],
      [{ resourceVersionMatch: 'Exact', resourceVersion: 0 }, 'is forbidden for resourceVersion "0"'],
      [
        { resourceVersionMatch: 'Exact', resourceVersion: 5, continue: 'x' },
        'is forbidden when continue is provided',
      ],
      [{ resourceVersionMatch: 'Nearest', resourceVersion: 5 }, 'Unsupported value: "Nearest"'],
    ])('refuse %j', async (query, why) => {
      const { status, body } = await list(query);
      expect({ status, message: body.message }).toEqual({
        status: 422,
        message: expect.stringContaining(why),
      });
    });
  });
