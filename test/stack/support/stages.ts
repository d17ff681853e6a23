import { afterAll, beforeAll } from '@jest/globals';
import * as v from 'valibot';
import { rolesOf, Template } from '../../../local/iam/template.ts';
import { type Packaged, packageStack, type Resource } from '../../support/packaged.ts';

/** Every setting that adds to the stack. */
const ALL_SETTINGS = {
  network: 'vpc',
  subnetIds: 'subnet-1,subnet-2',
  securityGroupIds: 'sg-1',
  clusterAuth: 'token-secret',
  authorizer: 'jwt',
  jwtIssuer: 'https://issuer.example',
  jwtAudience: 'taskbridge',
  console: 'origin',
  consoleOrigin: 'https://console.example',
  logGroup: '/aws/containerinsights/billing/application',
  alarmTopic: 'arn:aws:sns:eu-central-1:111122223333:alarms',
  jobAlarms: 'all',
  fireJobConcurrency: '0',
  fireEventConcurrency: '0',
  runTaskOnEventConcurrency: '0',
  soloConcurrency: '0',
};

const STAGES = [
  ['dev', {}],
  ['prod', {}],
  ['all', ALL_SETTINGS],
  ['local', {}],
] as const;

/** The stages that could be deployed; `all` has every setting. */
export const DEPLOYED = ['dev', 'prod', 'all'] as const;

const packaged = new Map<string, Packaged>();

/** Packages the stages before the suites of this file, once for all of them: it takes minutes on a busy machine. */
export function packageStages(): void {
  beforeAll(async () => {
    for (const [stage, settings] of STAGES) packaged.set(stage, await packageStack(stage, settings));
  }, 1_200_000);

  afterAll(async () => {
    for (const one of packaged.values()) await one.remove();
  });
}

export const templateOf = (stage: string) => packaged.get(stage)?.template ?? { Resources: {} };

/** Resources of one type, with their logical ids. */
export const ofType = (stage: string, type: string): readonly (readonly [string, Resource])[] =>
  Object.entries(templateOf(stage).Resources).filter(([, { Type }]) => Type === type);

/** Allow and deny statements of each role of a stage. */
export const statementsOf = (stage: string) =>
  [...rolesOf(v.parse(Template, templateOf(stage)))].flatMap(([role, statements]) =>
    statements.map((statement) => ({ role, ...statement })),
  );
