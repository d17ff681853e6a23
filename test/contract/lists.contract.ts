import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Body } from '../support/cluster-api.ts';
import { app } from '../support/custom-resources.ts';
import { listPath, objectPath } from '../support/paths.ts';
import { pipelineRun } from '../support/pipeline-run.ts';
import type { Target } from './support/target.ts';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';

const RUNS: readonly (readonly [name: string, labels: Readonly<Record<string, string>>])[] = [
  ['billing-a', { app: 'billing', job: 'nightly' }],
  ['billing-b', { app: 'billing' }],
  ['billing-c', { app: 'billing', job: 'hourly' }],
  ['mail-a', { app: 'mail', job: 'nightly' }],
  ['stock-a', { app: 'stock' }],
];

type Table = {
  readonly columnDefinitions: readonly { readonly name: string }[];
  readonly rows: readonly { readonly cells: readonly unknown[]; readonly object: Body | null }[];
};

const namesIn = ({ items }: Body): string[] => items.map(({ metadata }) => metadata.name);

/** Lists: by label, page by page, and as tables. The runs are pending, so nothing changes during the suite. */
export const lists = (target: () => Target) =>
  describe('lists', () => {
    let space = '';
    const reader = () => target().as('reader');
    const list = (query: Readonly<Record<string, string | number>>, headers = {}) =>
      reader().send('GET', listPath('pipelineruns', space), { query, headers });

    beforeAll(async () => {
      space = await target().openSpace();
      const { image } = target();
      for (const [name, labels] of RUNS) {
        const run = pipelineRun({ name, labels, image, status: 'PipelineRunPending' });
        await target().as('admin').create(listPath('pipelineruns', space), run);
      }
    });

    it('hold all objects of the space, by name', async () => {
      const { status, body } = await list({});
      expect(status).toBe(200);
      expect(body).toMatchObject({ kind: 'PipelineRunList', apiVersion: 'tekton.dev/v1' });
      expect(body.metadata.resourceVersion).toMatch(/^\d+$/);
      expect(namesIn(body)).toEqual(RUNS.map(([name]) => name));
    });

    it('of nothing are empty', async () => {
      const { status, body } = await reader().get(listPath('jobs', space));
      expect({ status, items: body.items }).toEqual({ status: 200, items: [] });
    });

    it.each([
      ['app=billing', ['billing-a', 'billing-b', 'billing-c']],
      ['app==billing,job=nightly', ['billing-a']],
      ['app in (mail,stock)', ['mail-a', 'stock-a']],
      ['app notin (billing,mail)', ['stock-a']],
      ['app!=billing', ['mail-a', 'stock-a']],
      ['job', ['billing-a', 'billing-c', 'mail-a']],
      ['!job', ['billing-b', 'stock-a']],
      ['app in (billing), job in (nightly, hourly)', ['billing-a', 'billing-c']],
      ['app=nobody', []],
    ])('with labelSelector %s', async (labelSelector, names) => {
      expect(namesIn((await list({ labelSelector })).body)).toEqual(names);
    });

    it('refuse a selector that is none', async () => {
      const { status, body } = await list({ labelSelector: 'app in billing' });
      expect(status).toBe(400);
      expect(body).toMatchObject({
        reason: 'BadRequest',
        message: expect.stringContaining('unable to parse'),
      });
    });

    describe('page by page', () => {
      it('go on where they stopped and say how many are left', async () => {
        const first = await list({ limit: 2 });
        expect(namesIn(first.body)).toEqual(['billing-a', 'billing-b']);
        expect(first.body.metadata.remainingItemCount).toBe(3);
        const second = await list({ limit: 2, continue: first.body.metadata.continue ?? '' });
        expect(namesIn(second.body)).toEqual(['billing-c', 'mail-a']);
        expect(second.body.metadata.remainingItemCount).toBe(1);
        const last = await list({ limit: 2, continue: second.body.metadata.continue ?? '' });
        expect(namesIn(last.body)).toEqual(['stock-a']);
        expect(last.body.metadata.continue).toBe('');
        expect(last.body.metadata).not.toHaveProperty('remainingItemCount');
      });

      it('fill each page with what the selector wants, and do not count the rest', async () => {
        const query = { limit: 2, labelSelector: 'job' };
        const first = await list(query);
        expect(namesIn(first.body)).toEqual(['billing-a', 'billing-c']);
        expect(first.body.metadata).not.toHaveProperty('remainingItemCount');
        const last = await list({ ...query, continue: first.body.metadata.continue ?? '' });
        expect(namesIn(last.body)).toEqual(['mail-a']);
        expect(last.body.metadata.continue).toBe('');
      });

      it('show the state of the first page', async () => {
        const first = await list({ limit: 4 });
        const late = pipelineRun({ name: 'zulu', image: target().image, status: 'PipelineRunPending' });
        await target().as('admin').create(listPath('pipelineruns', space), late);
        const last = await list({ limit: 4, continue: first.body.metadata.continue ?? '' });
        expect(namesIn(last.body)).toEqual(['stock-a']);
        await target()
          .as('admin')
          .delete(objectPath('pipelineruns', space, 'zulu'));
      });

      it.each(['nonsense', 'eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ'])('refuse the token %s', async (token) => {
        const { status, body } = await list({ limit: 2, continue: token });
        expect(status).toBe(400);
        expect(body).toMatchObject({
          reason: 'BadRequest',
          message: expect.stringContaining('continue key is not valid'),
        });
      });
    });

    describe('as tables', () => {
      const table = async (query: Readonly<Record<string, string | number>>): Promise<Table & Body> => {
        const { status, text } = await list(query, { accept: TABLE });
        expect(status).toBe(200);
        return JSON.parse(text);
      };

      it('have the columns of PipelineRuns, and metadata beside each row', async () => {
        const { kind, columnDefinitions, rows } = await table({ labelSelector: 'app=mail' });
        expect(kind).toBe('Table');
        expect(columnDefinitions.map(({ name }) => name)).toEqual([
          'Name',
          'Succeeded',
          'Reason',
          'StartTime',
          'CompletionTime',
        ]);
        expect(rows[0]?.cells[0]).toBe('mail-a');
        expect(rows[0]?.object).toMatchObject({
          kind: 'PartialObjectMetadata',
          metadata: { name: 'mail-a', namespace: space, labels: { app: 'mail', job: 'nightly' } },
        });
        expect(rows[0]?.object).not.toHaveProperty('spec');
      });

      it.each([
        ['Metadata', expect.not.objectContaining({ spec: expect.anything() })],
        ['Object', expect.objectContaining({ kind: 'PipelineRun', spec: expect.anything() })],
        ['None', null],
      ])('with includeObject=%s', async (includeObject, object) => {
        const { rows } = await table({ labelSelector: 'app=mail', includeObject });
        expect(rows.map((row) => row.object)).toEqual([object]);
      });

      it('come in pages too', async () => {
        const first = await table({ limit: 3 });
        expect(first.rows).toHaveLength(3);
        expect(first.metadata.remainingItemCount).toBe(2);
        const last = await table({ limit: 3, continue: first.metadata.continue ?? '' });
        expect(last.rows.map(({ cells }) => cells[0])).toEqual(['mail-a', 'stock-a']);
      });

      it('have the columns of Apps, also for one', async () => {
        const keeper = target().as('keeper');
        await keeper.create(
          listPath('apps', space),
          app('billing', { command: 'bin/migrate', resources: { memory: '1G' } }),
        );
        for (const path of [listPath('apps', space), objectPath('apps', space, 'billing')]) {
          const { text } = await reader().send('GET', path, { headers: { accept: TABLE } });
          const { columnDefinitions, rows }: Table = JSON.parse(text);
          const columns = columnDefinitions.map(({ name }) => name);
          expect(columns).toEqual([
            ...['Name', 'Memory', 'Disk', 'Build', 'Bindings', 'Ready', 'Age'],
            ...['Image', 'Built Image', 'Command'],
          ]);
          expect(rows[0]?.cells).toEqual([
            ...['billing', '1G', null, null, null, null],
            expect.stringMatching(/^\d+s$/),
            ...['busybox:1', null, 'bin/migrate'],
          ]);
        }
      });
    });
  });
