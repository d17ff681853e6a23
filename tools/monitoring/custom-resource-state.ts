import type { Kind, MetricSource } from './metrics.ts';

/** A missing field is no error: it is logged at a verbosity that nobody uses. */
const QUIET = 10;

/** Configuration of kube-state-metrics for these kinds (`--custom-resource-state-config-file`). */
export const customResourceState = (kinds: readonly Kind[]): object => ({
  kind: 'CustomResourceStateMetrics',
  spec: { resources: kinds.map(resourceOf) },
});

const resourceOf = ({ group, version, kind, prefix, labels, metrics }: Kind): object => ({
  groupVersionKind: { group, version, kind },
  metricNamePrefix: prefix,
  errorLogV: QUIET,
  labelsFromPath: labels,
  metrics: metrics.map(generatorOf),
});

function generatorOf(source: MetricSource): object {
  const { name, help, objectLabels } = source;
  return {
    name,
    help,
    ...(objectLabels === undefined ? {} : { labelsFromPath: objectLabels }),
    each: eachOf(source),
  };
}

function eachOf({ path, value, labels, as }: MetricSource): object {
  const from = { path, ...(labels === undefined ? {} : { labelsFromPath: labels }) };
  if (as === 'info') return { type: 'Info', info: from };
  return {
    type: 'Gauge',
    gauge: {
      ...from,
      ...(value === undefined ? {} : { valueFrom: value }),
      ...(as === 'zero' ? { nilIsZero: true } : {}),
    },
  };
}

/** Full names of the metrics of a kind. */
export const metricNames = ({ prefix, metrics }: Kind): readonly string[] =>
  metrics.map(({ name }) => `${prefix}_${name}`);
