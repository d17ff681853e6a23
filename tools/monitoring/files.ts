import { readFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { customResourceState } from './custom-resource-state.ts';
import { dashboard } from './dashboard.ts';
import { OBJECTS, WITH_TASKS } from './metrics.ts';
import { prometheusRule, ruleGroups } from './rules.ts';

export const root = new URL('../../', import.meta.url);

const NOTE = '# Written by `npm run monitoring` from tools/monitoring/.\n';

const yaml = (value: object): string =>
  `${NOTE}${stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })}`;

/** Kinds of the custom resources with a health check of Argo CD, cluster/argocd/KIND.lua. */
const CHECKED = ['App', 'Job'] as const;

/** Patch of Argo CD's settings that has the health checks. */
async function argocdSettings(): Promise<object> {
  const checks = CHECKED.map(async (kind) => [
    `resource.customizations.health.taskbridge.dev_${kind}`,
    await readFile(new URL(`cluster/argocd/${kind}.lua`, root), 'utf8'),
  ]);
  return { data: Object.fromEntries(await Promise.all(checks)) };
}

/** Generated files by their paths. */
export async function monitoringFiles(): Promise<Readonly<Record<string, string>>> {
  return {
    'cluster/monitoring/custom-resource-state.yaml': yaml(customResourceState(OBJECTS)),
    'cluster/monitoring/custom-resource-state-with-tasks.yaml': yaml(customResourceState(WITH_TASKS)),
    'cluster/monitoring/rules.yaml': yaml(ruleGroups()),
    'cluster/monitoring/prometheus-rule.yaml': yaml(prometheusRule()),
    'cluster/monitoring/dashboard.json': `${JSON.stringify(dashboard(), undefined, 2)}\n`,
    'cluster/argocd/argocd-cm.yaml': yaml(await argocdSettings()),
  };
}
