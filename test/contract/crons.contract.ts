import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { mapConcurrent } from '../../lib/platform/collections.ts';
import { job } from '../support/custom-resources.ts';
import { eventually } from '../support/eventually.ts';
import { listPath, objectPath } from '../support/paths.ts';
import { isCron, writtenCron } from '../support/written-cron.ts';
import type { Target } from './support/target.ts';

const SAYS = 'write five fields: minute 0-59, hour 0-23, day of month 1-31';

/** Valid crons that are created, out of as many random texts. */
const SAMPLES = 150;

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

const scheduled = (name: string, cron: string) => job(name, { schedule: { cron } });

/** The definition's rule of a job's cron: plain mistakes are refused, and nothing that Taskbridge accepts. */
export const crons = (target: () => Target) =>
  describe('the cron of a Job', () => {
    let space = '';
    const keeper = () => target().as('keeper');
    const create = (name: string, cron: string) =>
      keeper().create(listPath('jobs', space), scheduled(name, cron));

    beforeAll(async () => {
      space = await target().openSpace();
    });

    it.each(['61 * * * *', '0 0 0 2 * *', 'abc', '', ' ', '@reboot', '*/0 * * * *', '0 0 * mon *'])(
      'is refused when it is a plain mistake: "%s"',
      async (cron) => {
        const { status, body } = await create('refused', cron);
        expect({ status, causes: body.details?.causes }).toEqual({
          status: 422,
          causes: [
            {
              reason: 'FieldValueInvalid',
              field: 'spec.schedule.cron',
              message: expect.stringContaining(`Invalid value: "string": ${SAYS}`),
            },
          ],
        });
      },
    );

    it.each([
      ['hashed-empty', 'H(30-10) 2 * * *'],
      ['never', '0 0 30 2 *'],
      ['reversed', '0 22-2 * * *'],
    ])('is taken where the conditions have to tell: %s', async (name, cron) => {
      expect((await create(name, cron)).status).toBe(201);
    });

    it('is taken in every spelling that the parser takes', async () => {
      const valid = fc.sample(writtenCron, SAMPLES).filter(isCron);
      expect(valid.length).toBeGreaterThan(SAMPLES / 4);
      const answers = await mapConcurrent([...valid.entries()], async ([index, cron]) => {
        const { status, body } = await create(`valid-${index}`, cron);
        return status === 201 ? [] : [{ cron, body }];
      });
      expect(answers.flat()).toEqual([]);
    });

    it('is checked by a patch of it', async () => {
      await create('patched', '0 2 * * *');
      const patch = (cron: string) =>
        keeper().mergePatch(objectPath('jobs', space, 'patched'), { spec: { schedule: { cron } } });
      expect((await patch('61 * * * *')).body.message).toContain(SAYS);
      expect((await patch('@daily')).status).toBe(200);
    });
  });

/** Objects that were stored before their definition had a rule, by a definition of the test's own. */
export const laterRules = (target: () => Target) =>
  describe('a Job that was stored before the rule of its cron', () => {
    const group = `g${randomBytes(4).toString('hex')}.contract.example`;
    const admin = () => target().as('admin');
    let space = '';
    const at = (name = '', ...more: readonly string[]) =>
      ['', 'apis', group, 'v1alpha1', 'namespaces', space, 'jobs', name, ...more]
        .join('/')
        .replace(/\/$/, '');
    const manifest = (name: string, cron: string) => ({
      ...scheduled(name, cron),
      apiVersion: `${group}/v1alpha1`,
    });
    const create = (name: string, cron: string) => admin().create(at(), manifest(name, cron));
    const path = `${DEFINITIONS}/jobs.${group}`;

    beforeAll(async () => {
      space = await target().openSpace();
      const definition = await definitionIn(group);
      const without = structuredClone(definition);
      delete cronOf(without)['x-kubernetes-validations'];
      expect((await admin().create(DEFINITIONS, without)).status).toBe(201);
      await eventually(async () => ((await create('old', '61 * * * *')).status === 201 ? true : undefined), {
        what: 'a Job without the rule',
      });
      const { metadata } = (await admin().get(path)).body;
      const later = {
        ...definition,
        metadata: { ...definition.metadata, resourceVersion: metadata.resourceVersion },
      };
      expect((await admin().replace(path, later)).status).toBe(200);
      let tries = 0;
      await eventually(
        async () => {
          tries += 1;
          return (await create(`new-${tries}`, '61 * * * *')).status === 422 ? true : undefined;
        },
        { what: 'the rule' },
      );
    });

    afterAll(async () => {
      await admin().delete(path);
    });

    it('has its status written, with the condition that says why it does not run', async () => {
      const conditions = [
        {
          ...{ type: 'Ready', status: 'False', reason: 'Invalid', message: 'spec.schedule.cron: no.' },
          ...{ lastTransitionTime: '2026-11-24T21:00:00Z', observedGeneration: 1 },
        },
      ];
      const { status, body } = await admin().mergePatch(at('old', 'status'), { status: { conditions } });
      expect({ status, conditions: body.status }).toEqual({ status: 200, conditions: { conditions } });
    });

    it('takes changes of its other fields, and keeps its cron', async () => {
      const { status, body } = await admin().mergePatch(at('old'), { spec: { suspend: true } });
      expect({ status, spec: body.spec }).toMatchObject({
        status: 200,
        spec: { suspend: true, schedule: { cron: '61 * * * *' } },
      });
    });

    it('takes a valid cron, and no other mistake', async () => {
      const patch = (cron: string) => admin().mergePatch(at('old'), { spec: { schedule: { cron } } });
      expect((await patch('62 * * * *')).body).toMatchObject({
        code: 422,
        message: expect.stringContaining(SAYS),
      });
      expect((await patch('1 * * * *')).status).toBe(200);
      expect((await patch('61 * * * *')).status).toBe(422);
    });
  });

// biome-ignore lint/suspicious/noExplicitAny: a definition as YAML has it.
type Definition = any;

/** The definition of a Job, in another group. */
async function definitionIn(group: string): Promise<Definition> {
  const file = new URL('../../cluster/crds/jobs.yaml', import.meta.url);
  const { spec, ...definition } = parse(await readFile(file, 'utf8'));
  return { ...definition, metadata: { name: `jobs.${group}` }, spec: { ...spec, group } };
}

const cronOf = ({ spec }: Definition) =>
  spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.schedule.properties.cron;
