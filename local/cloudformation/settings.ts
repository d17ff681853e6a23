import * as v from 'valibot';
import { STAGE } from '../account.ts';

/** The part of serverless.yml that has its settings. */
export const Settings = v.object({
  service: v.string(),
  params: v.object({ default: v.record(v.string(), v.union([v.string(), v.number()])) }),
});

type Settings = v.InferOutput<typeof Settings>;

/** Replaces the Serverless variables for settings by the defaults of the local stage. Throws for one without a default. */
export const withSettings = (text: string, { service, params }: Settings): string =>
  text.replace(/\$\{(self:service|sls:stage|param:\w+)\}/g, (variable, name: string) => {
    if (name === 'self:service') return service;
    if (name === 'sls:stage') return STAGE;
    const value = params.default[name.slice('param:'.length)];
    if (value === undefined) throw new Error(`${variable} has no default in serverless.yml.`);
    return withSettings(String(value), { service, params });
  });
