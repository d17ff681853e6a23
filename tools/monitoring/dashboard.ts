type Query = { readonly expr: string; readonly legend?: string };

type Panel = {
  readonly title: string;
  readonly type: 'stat' | 'timeseries' | 'table';
  /** Width of 24 units. */
  readonly width: number;
  readonly height: number;
  readonly unit?: string;
  readonly query: Query;
};

/** Selector of the namespaces that the dashboard shows. */
const IN = 'namespace=~"$namespace"';

const failing = `max by (namespace, app, job_name) (taskbridge_job_consecutive_failures{${IN}}) > 0`;
const byCondition = (selector: string): string =>
  `max by (namespace, app, job_name, type, reason) (taskbridge_job_condition{${IN}, status="False", ${selector}})`;
const missed = `max by (namespace, app, job_name, reason) (taskbridge_job_missed_time_seconds{${IN}}) > time() - 86400`;
const active = (reason: string): string => `taskbridge_task_active_info{${IN}, app!="", reason${reason}}`;
const queued = active('="PipelineRunPending"');
const running = active('!="PipelineRunPending"');

const countOf = (expr: string): string => `count(${expr}) or vector(0)`;

const stat = (title: string, expr: string): Panel => ({
  ...{ title, type: 'stat', width: 4, height: 4 },
  query: { expr: countOf(expr) },
});

const PANELS: readonly Panel[] = [
  stat('Jobs failing', failing),
  stat('Jobs silent', byCondition('type="Healthy", reason="Silent"')),
  stat('Jobs not ready', byCondition('type="Ready", reason!="Suspended"')),
  stat('Jobs that missed a run in 24 h', missed),
  stat('Tasks running', running),
  stat('Tasks queued', queued),
  {
    ...{ title: 'Conditions that need attention', type: 'table', width: 12, height: 8 },
    query: { expr: byCondition('reason!="Suspended"') },
  },
  {
    ...{ title: 'Failures in a row', type: 'table', width: 12, height: 8 },
    query: { expr: failing },
  },
  {
    ...{
      title: 'Time since the last success, longest first',
      type: 'table',
      width: 12,
      height: 8,
      unit: 's',
    },
    query: {
      expr: `topk(50, time() - max by (namespace, app, job_name) (taskbridge_job_last_success_time_seconds{${IN}}))`,
    },
  },
  {
    ...{ title: 'Time to the next run, soonest first', type: 'table', width: 12, height: 8, unit: 's' },
    query: {
      expr: `bottomk(50, max by (namespace, app, job_name) (taskbridge_job_next_schedule_time_seconds{${IN}}) - time())`,
    },
  },
  {
    ...{ title: 'Jobs failing, by space', type: 'timeseries', width: 12, height: 8 },
    query: { expr: `count by (namespace) (${failing})`, legend: '{{namespace}}' },
  },
  {
    ...{ title: 'Tasks that ended in the last hour, by reason', type: 'timeseries', width: 12, height: 8 },
    query: {
      expr: `count by (reason) (taskbridge_task_completion_time_seconds{${IN}, app!=""} > time() - 3600)`,
      legend: '{{reason}}',
    },
  },
  {
    ...{ title: 'Tasks running, by app', type: 'timeseries', width: 12, height: 8 },
    query: { expr: `count by (namespace, app) (${running})`, legend: '{{namespace}}/{{app}}' },
  },
  {
    ...{ title: 'Tasks queued, by app', type: 'timeseries', width: 12, height: 8 },
    query: { expr: `count by (namespace, app) (${queued})`, legend: '{{namespace}}/{{app}}' },
  },
];

/** Queries of the panels by their titles. */
export const QUERIES: Readonly<Record<string, string>> = Object.fromEntries(
  PANELS.map(({ title, query }) => [title, query.expr]),
);

const WIDTH = 24;
const DATASOURCE = { type: 'prometheus', uid: '$datasource' };

/** Places of the panels, from left to right and from top to bottom. */
function placed(): readonly object[] {
  let [x, y, below] = [0, 0, 0];
  return PANELS.map((panel, index) => {
    if (x + panel.width > WIDTH) [x, y] = [0, below];
    const gridPos = { x, y, w: panel.width, h: panel.height };
    x += panel.width;
    below = y + panel.height;
    return panelOf(panel, index + 1, gridPos);
  });
}

const panelOf = ({ title, type, unit = 'none', query }: Panel, id: number, gridPos: object): object => ({
  ...{ id, title, type, gridPos },
  datasource: DATASOURCE,
  fieldConfig: { defaults: { unit, ...(type === 'timeseries' ? { min: 0 } : {}) }, overrides: [] },
  options: type === 'stat' ? { reduceOptions: { calcs: ['lastNotNull'] } } : {},
  targets: [
    {
      refId: 'A',
      datasource: DATASOURCE,
      expr: query.expr,
      ...(query.legend === undefined ? {} : { legendFormat: query.legend }),
      ...(type === 'table' ? { format: 'table', instant: true, range: false } : {}),
    },
  ],
  ...(type === 'table' ? { transformations: [HIDE_TIME] } : {}),
});

const HIDE_TIME = { id: 'organize', options: { excludeByName: { Time: true } } };

/** The dashboard as Grafana imports it. */
export const dashboard = (): object => ({
  uid: 'taskbridge',
  title: 'Taskbridge',
  tags: ['taskbridge'],
  schemaVersion: 39,
  time: { from: 'now-24h', to: 'now' },
  refresh: '1m',
  templating: {
    list: [
      { name: 'datasource', type: 'datasource', query: 'prometheus' },
      {
        ...{ name: 'namespace', label: 'Space', type: 'query', datasource: DATASOURCE },
        query: { query: 'label_values(taskbridge_app_created_time_seconds, namespace)', refId: 'A' },
        ...{
          refresh: 2,
          multi: true,
          includeAll: true,
          allValue: '.*',
          current: { text: 'All', value: '$__all' },
        },
      },
    ],
  },
  panels: placed(),
});
