import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { parse } from 'yaml';
import { healthOf } from '../support/lua.ts';

const Statuses = v.array(
  v.strictObject({
    title: v.string(),
    kind: v.picklist(['App', 'Job']),
    health: v.picklist(['Healthy', 'Progressing', 'Degraded', 'Suspended']),
    message: v.string(),
    object: v.looseObject({}),
  }),
);
const statuses = v.parse(Statuses, parse(readFileSync(new URL('statuses.yaml', import.meta.url), 'utf8')));

describe('the health checks of Argo CD, by Lua', () => {
  it.each(statuses)('of $title: $health', async ({ kind, health, message, object }) => {
    const check = fileURLToPath(new URL(`../../cluster/argocd/${kind}.lua`, import.meta.url));
    expect(await healthOf(check, object)).toEqual({
      status: health,
      message: expect.stringContaining(message),
    });
  });

  it('know every health of both kinds', () => {
    const seen = (kind: string) => [
      ...new Set(statuses.filter((one) => one.kind === kind).map(({ health }) => health)),
    ];
    expect(seen('App').toSorted()).toEqual(['Degraded', 'Healthy', 'Progressing']);
    expect(seen('Job').toSorted()).toEqual(['Degraded', 'Healthy', 'Progressing', 'Suspended']);
  });
});
