import { ageOf } from './age.ts';
import { jsonPath } from './json-path.ts';
import { at, isRecord, type KubeObject } from './object.ts';
import { readyOf, summaryOf } from './pod-summary.ts';

/** Column of `kubectl get`. Priority 1: shown only with `-o wide`. */
export type Column = {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
  readonly cell: (object: KubeObject) => unknown;
};

/** Creates a column with common defaults. */
const column = (name: string, cell: Column['cell'], more: Partial<Column> = {}): Column => ({
  name,
  type: 'string',
  format: '',
  description: '',
  priority: 0,
  cell,
  ...more,
});

const NAME = column('Name', ({ metadata }) => metadata.name, { format: 'name' });
const AGE = column('Age', ({ metadata }) => ageOf(metadata.creationTimestamp));
const CREATED = column('Created At', ({ metadata }) => metadata.creationTimestamp, { type: 'date' });

const size = (value: unknown): number => (isRecord(value) ? Object.keys(value).length : 0);
const lengthOf = (value: unknown): number => (Array.isArray(value) ? value.length : 0);

const subjectsOf = (kind: string) =>
  column(
    kind === 'User' ? 'Users' : kind === 'Group' ? 'Groups' : 'ServiceAccounts',
    ({ subjects }) =>
      (Array.isArray(subjects) ? subjects : [])
        .filter((subject) => at(subject, 'kind') === kind)
        .map((subject) =>
          kind === 'ServiceAccount'
            ? `${at(subject, 'namespace')}/${at(subject, 'name')}`
            : String(at(subject, 'name')),
        )
        .join(', '),
    { priority: 1 },
  );

const BINDING = [
  NAME,
  column('Role', ({ roleRef }) => `${at(roleRef, 'kind')}/${at(roleRef, 'name')}`),
  AGE,
  subjectsOf('User'),
  subjectsOf('Group'),
  subjectsOf('ServiceAccount'),
];

/** Entry of `additionalPrinterColumns` in a CRD. */
export type PrinterColumn = {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  readonly description?: string | undefined;
  readonly format?: string | undefined;
  readonly priority?: number | undefined;
};

/** Columns of a custom resource; only its age if the CRD defines none. */
export function printerColumns(columns: readonly PrinterColumn[]): Column[] {
  if (columns.length === 0) return [NAME, column('Age', AGE.cell, { type: 'date' })];
  return [
    NAME,
    ...columns.map(({ name, type, jsonPath: path, description, format = '', priority = 0 }) => {
      const find = jsonPath(path);
      return column(name, (object) => cellOf(type, find(object)), {
        type,
        format,
        priority,
        description: description ?? `Custom resource definition column (in JSONPath format): ${path}`,
      });
    }),
  ];
}

/** Cell value: a date is shown as an age, a value of the wrong type is omitted. */
function cellOf(type: string, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (type === 'date') return ageOf(value);
  if (typeof value === 'object') return null;
  return type === 'string' ? String(value) : value;
}

const condition = (field: string) => `.status.conditions[?(@.type=="Succeeded")].${field}`;

/** Printer columns of Tekton's PipelineRun and TaskRun. */
const RUN = printerColumns([
  { name: 'Succeeded', type: 'string', jsonPath: condition('status') },
  { name: 'Reason', type: 'string', jsonPath: condition('reason') },
  { name: 'StartTime', type: 'date', jsonPath: '.status.startTime' },
  { name: 'CompletionTime', type: 'date', jsonPath: '.status.completionTime' },
]);

/** Columns of a CRD, and of kinds without their own. */
export const CRD_COLUMNS = [NAME, CREATED];

const COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  Namespace: [NAME, column('Status', ({ status }) => at(status, 'phase')), AGE],
  Pod: [
    NAME,
    column('Ready', readyOf),
    column('Status', summaryOf),
    column('Restarts', () => '0'),
    AGE,
    column('IP', ({ status }) => at(status, 'podIP') ?? '<none>', { priority: 1 }),
    column('Node', ({ spec }) => at(spec, 'nodeName') ?? '<none>', { priority: 1 }),
    column('Nominated Node', () => '<none>', { priority: 1 }),
    column('Readiness Gates', () => '<none>', { priority: 1 }),
  ],
  Event: [
    column('Last Seen', ({ lastTimestamp }) => ageOf(lastTimestamp)),
    column('Type', ({ type }) => type),
    column('Reason', ({ reason }) => reason),
    column('Object', ({ involvedObject: of }) => `${String(at(of, 'kind')).toLowerCase()}/${at(of, 'name')}`),
    column('Subobject', ({ involvedObject: of }) => at(of, 'fieldPath') ?? '', { priority: 1 }),
    column('Source', ({ source }) => String(at(source, 'component')), { priority: 1 }),
    column('Message', ({ message }) => String(message).trim()),
    column('First Seen', ({ firstTimestamp }) => ageOf(firstTimestamp), { priority: 1 }),
    column('Count', ({ count }) => count, { priority: 1 }),
    column('Name', ({ metadata }) => metadata.name, { priority: 1 }),
  ],
  Secret: [NAME, column('Type', ({ type }) => type), column('Data', ({ data }) => size(data)), AGE],
  ConfigMap: [NAME, column('Data', ({ data, binaryData }) => size(data) + size(binaryData)), AGE],
  ServiceAccount: [NAME, column('Secrets', ({ secrets }) => lengthOf(secrets)), AGE],
  Role: [NAME, CREATED],
  ClusterRole: [NAME, CREATED],
  RoleBinding: BINDING,
  ClusterRoleBinding: BINDING,
  PipelineRun: RUN,
  TaskRun: RUN,
};

/** Columns of a built-in kind, as in `kubectl get` 1.34. */
export const columnsOf = (kind: string): readonly Column[] => COLUMNS[kind] ?? CRD_COLUMNS;
