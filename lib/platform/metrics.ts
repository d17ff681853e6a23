import type { Log, Metric, Metrics } from './observability.ts';

const NAMESPACE = 'Taskbridge';

/** CloudWatch takes no more values of one metric in a line. Beyond that the smallest are left out. */
const MAX_VALUES = 100;

/** Metrics with the dimension `Source` too. */
const BY_SOURCE: readonly Metric[] = [
  'TasksStarted',
  'TasksRepeated',
  'TasksRefused',
  'TasksMissed',
  'SecondsToStart',
];

/** Kept as single values, for percentiles; all others are added up. */
const DISTRIBUTIONS: readonly Metric[] = ['SecondsToStart'];

/**
 * Metrics of one invocation of a function of `stack`, as fields of its log line in CloudWatch's embedded metric format:
 * CloudWatch Logs makes metrics of them, and no request is sent. Without a count there is no field.
 */
export function embeddedMetrics(stack: string, now: () => Date): Metrics {
  const values = new Map<Metric, readonly number[]>();
  return {
    add: (metric, value) => {
      const before = values.get(metric) ?? [];
      const [sum = 0] = before;
      values.set(metric, DISTRIBUTIONS.includes(metric) ? [...before, value] : [sum + value]);
    },
    take: (source) => {
      if (values.size === 0) return {};
      const members = [...values].map(([metric, each]) => [metric, membersOf(metric, each)]);
      const metrics = [...values.keys()];
      values.clear();
      return {
        _aws: { Timestamp: now().getTime(), CloudWatchMetrics: directivesFor(metrics) },
        Stack: stack,
        ...(source === undefined ? {} : { Source: source }),
        ...Object.fromEntries(members),
      };
    },
  };
}

const membersOf = (metric: Metric, each: readonly number[]): number | readonly number[] | undefined =>
  DISTRIBUTIONS.includes(metric) ? each.toSorted((a, b) => b - a).slice(0, MAX_VALUES) : each[0];

function directivesFor(metrics: readonly Metric[]): object[] {
  const directives = [
    {
      Dimensions: [['Stack'], ['Stack', 'Source']],
      found: metrics.filter((metric) => BY_SOURCE.includes(metric)),
    },
    { Dimensions: [['Stack']], found: metrics.filter((metric) => !BY_SOURCE.includes(metric)) },
  ];
  return directives
    .filter(({ found }) => found.length > 0)
    .map(({ Dimensions, found }) => ({
      Namespace: NAMESPACE,
      Dimensions,
      Metrics: found.map((Name) => ({ Name, Unit: Name === 'SecondsToStart' ? 'Seconds' : 'Count' })),
    }));
}

/** Logs one line of JSON to stdout, which Lambda forwards unchanged. */
export const jsonLog: Log = (level, message, fields = {}) => {
  process.stdout.write(
    `${JSON.stringify({ timestamp: new Date().toISOString(), level, message, ...fields })}\n`,
  );
};
