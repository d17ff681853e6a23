import * as v from 'valibot';
import type { FieldError } from './errors.ts';
import { isFieldPath } from './field-path.ts';
import { Image } from './image.ts';
import { isLabelKey, isLabelPart } from './label-key.ts';
import { Name, ObjectName } from './names.ts';
import { Cpu, Duration, Size } from './quantities.ts';
import { argument, fields, listOf, mapOf, textLike, textThat, wholeNumber } from './schema.ts';

/** Longest command and longest value of a variable, in bytes: the kernel takes 128 KiB an argument. */
const LONGEST_ARGUMENT = 64 * 1024;

/** A shell command; a task hands it to the app's entrypoint as one argument. */
export const Command = v.pipe(
  argument(LONGEST_ARGUMENT),
  v.check((command) => command.trim() !== '', 'It is empty: leave it out, or write a command.'),
);

export const EnvName = v.pipe(
  textLike(
    /^[A-Za-z_][A-Za-z0-9_.-]{0,255}$/,
    'letters, digits, "_", "-" and ".", not beginning with a digit, at most 256 characters.',
  ),
  v.check(
    (name) => !name.startsWith('TASKBRIDGE_'),
    'Names that begin with TASKBRIDGE_ are kept for what Taskbridge tells a task.',
  ),
);

const Key = textLike(/^[-._A-Za-z0-9]{1,253}$/, 'letters, digits, "-", "_" and ".".');
const KeyRef = fields({ name: ObjectName, key: Key, optional: v.optional(v.boolean()) });
export const FieldPath = textThat(
  isFieldPath,
  `one of metadata.name, metadata.namespace, metadata.uid, metadata.labels['KEY'], metadata.annotations['KEY'], ` +
    'spec.nodeName, spec.serviceAccountName, status.hostIP, status.hostIPs, status.podIP and status.podIPs.',
);

export const ValueFrom = v.pipe(
  fields({
    secretKeyRef: v.optional(KeyRef),
    configMapKeyRef: v.optional(KeyRef),
    fieldRef: v.optional(fields({ fieldPath: FieldPath })),
  }),
  v.check(
    (from) => Object.keys(from).length === 1,
    'Give just one of secretKeyRef, configMapKeyRef and fieldRef.',
  ),
);

export const EnvVar = v.pipe(
  fields({
    name: EnvName,
    value: v.optional(argument(LONGEST_ARGUMENT)),
    valueFrom: v.optional(ValueFrom),
  }),
  v.check(
    ({ value, valueFrom }) => value === undefined || valueFrom === undefined,
    'Give value or valueFrom, not both.',
  ),
);

const Service = fields({
  name: Name,
  secretName: ObjectName,
  label: v.optional(argument(256)),
  tags: v.optional(listOf(argument(256), 50)),
  plan: v.optional(argument(256)),
});

export const Resources = fields({
  cpu: v.optional(Cpu),
  memory: v.optional(Size),
  disk: v.optional(Size),
});

const RESERVED_LABEL = /(^|\.)(taskbridge\.dev|tekton\.dev|kubernetes\.io|k8s\.io|velero\.io)$/;
export const LabelKey = v.pipe(
  textThat(isLabelKey, 'a Kubernetes label key, such as team or example.org/team.'),
  v.check(
    (key) => !key.includes('/') || !RESERVED_LABEL.test(key.slice(0, key.indexOf('/'))),
    'Labels of taskbridge.dev, tekton.dev, kubernetes.io, k8s.io and velero.io are reserved.',
  ),
);
export const LabelValue = textThat(
  (value) => value === '' || isLabelPart(value),
  'letters, digits, "-", "_" and ".", at most 63 characters.',
);

export const Labels = mapOf(LabelKey, LabelValue);

const secondOf = (entries: readonly { readonly name: string }[]) =>
  entries.find(({ name }, index) => entries.findIndex((entry) => entry.name === name) < index);

const listOfNamed = <const S extends v.GenericSchema<unknown, { name: string }>>(item: S, atMost: number) =>
  v.pipe(
    listOf(item, atMost),
    v.check(
      (entries) => secondOf(entries) === undefined,
      (issue) => `"${secondOf(issue.input)?.name}" is there twice; give each name once.`,
    ),
    v.metadata({ description: 'Each name once.' }),
  );

/** What a task runs on, as a user pushes it and as `spec` of the App in the cluster. */
export const AppSpec = fields({
  image: Image,
  entrypoint: v.optional(
    v.pipe(listOf(argument(4096), 50), v.minLength(1, 'It is empty: leave it out, or name a program.')),
  ),
  command: v.optional(Command),
  env: v.optional(listOfNamed(EnvVar, 1000)),
  services: v.optional(listOfNamed(Service, 50)),
  resources: v.optional(Resources),
  serviceAccountName: v.optional(ObjectName),
  securityGroups: v.optional(listOf(Name, 20)),
  labels: v.optional(Labels),
  taskTimeout: v.optional(Duration),
  pendingTimeout: v.optional(Duration),
  maxRunning: v.optional(wholeNumber(1, 100_000)),
  taskRetention: v.optional(wholeNumber(1, 100_000)),
});

export type AppSpec = v.InferOutput<typeof AppSpec>;
export type EnvVar = v.InferOutput<typeof EnvVar>;
export type Service = v.InferOutput<typeof Service>;
export type Resources = v.InferOutput<typeof Resources>;

/** An App as it stands in the cluster. */
export type App = {
  readonly space: string;
  readonly name: string;
  /** The object's uid: another App of the same name, pushed after a delete, has another. */
  readonly uid: string;
  readonly createdAt: string;
  readonly spec: AppSpec;
  /** What was last found of its bindings; `stale`: of another spec than this one. Absent: nobody has looked yet. */
  readonly bindings?: 'ready' | 'notReady' | 'stale' | undefined;
  /** What its condition `Ready` says is wrong with it; absent where it says nothing of the kind. */
  readonly hindrance?: string | undefined;
};

/** What a condition of an App is to say. */
export type AppFinding = { readonly ready: boolean; readonly reason: string; readonly message: string };

/** An App that someone wrote past the HTTP API and that no task can run on: what is wrong with it. */
export type BrokenApp = Omit<App, 'spec'> & { readonly problems: readonly FieldError[] };

/**
 * What the condition `Ready` of an App is to say and does not: what is wrong with one that was written past the HTTP
 * API, or that it was mended. One that was never wrong has no such condition.
 */
export function newReadiness(app: App | BrokenApp): AppFinding | undefined {
  if ('spec' in app) {
    return app.hindrance === undefined
      ? undefined
      : { ready: true, reason: 'Valid', message: 'Tasks can run on it.' };
  }
  const message = app.problems.map(({ field, message: why }) => `${field}: ${why}`).join('; ');
  return message === app.hindrance ? undefined : { ready: false, reason: 'Invalid', message };
}
