import * as v from 'valibot';
import type { AppBuild, BuiltImage } from '../builds/build.ts';
import { Source } from '../builds/source.ts';
import { conflict, type FieldError } from '../platform/errors.ts';
import { isLabelKey, isLabelPart } from '../platform/labels.ts';
import { Name, ObjectName } from '../platform/names.ts';
import { Cpu, Duration, formatCpu, formatDuration, formatSize, Size } from '../platform/quantities.ts';
import {
  argument,
  fields,
  listOf,
  listOfNamed,
  mapOf,
  show,
  textThat,
  wholeNumber,
} from '../platform/schema.ts';
import { EnvVar, MAX_ARGUMENT_BYTES } from './env-var.ts';
import { Image } from './image.ts';

/** A shell command, which the entrypoint gets as one argument. */
export const Command = v.pipe(
  argument(MAX_ARGUMENT_BYTES),
  v.check((command) => command.trim() !== '', 'It is empty: leave it out, or write a command.'),
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

const WORKSPACES = ['copy', 'empty'] as const;
const Workspace = v.picklist(WORKSPACES, (issue) => `${show(issue.input)} is not allowed: copy or empty.`);

/** Fields of an app, as a user pushes it and as `spec` of the App. */
export const AppSpec = v.pipe(
  fields({
    /** Image of its tasks. Instead, `source` is what an image is built from. */
    image: v.optional(Image),
    source: v.optional(Source),
    /** Content of /workspace in a task: a copy of the image's files, or empty. */
    workspace: v.optional(Workspace),
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
  }),
  v.forward(
    v.check(
      ({ image, source }) => image !== undefined || source !== undefined,
      'Missing: give image or source.',
    ),
    ['image'],
  ),
  v.forward(
    v.check(
      ({ image, source }) => image === undefined || source === undefined,
      'Give image or source, not both.',
    ),
    ['source'],
  ),
  v.metadata({ oneOf: [{ required: ['image'] }, { required: ['source'] }] }),
);

export type AppSpec = v.InferOutput<typeof AppSpec>;
export type Service = v.InferOutput<typeof Service>;
export type Resources = v.InferOutput<typeof Resources>;

/** The fields of an app as JSON, in the App and in responses: quantities in Kubernetes' format. */
export function serializeApp({ resources, taskTimeout, pendingTimeout, ...spec }: AppSpec) {
  return {
    ...spec,
    ...(resources === undefined ? {} : { resources: serializeResources(resources) }),
    ...(taskTimeout === undefined ? {} : { taskTimeout: formatDuration(taskTimeout) }),
    ...(pendingTimeout === undefined ? {} : { pendingTimeout: formatDuration(pendingTimeout) }),
  };
}

/** Resources as JSON: `{ cpu: '500m', memory: '256Mi' }`. */
export const serializeResources = ({ cpu, memory, disk }: Resources) => ({
  ...(cpu === undefined ? {} : { cpu: formatCpu(cpu) }),
  ...(memory === undefined ? {} : { memory: formatSize(memory) }),
  ...(disk === undefined ? {} : { disk: formatSize(disk) }),
});

/** An App of the cluster. */
export type App = {
  readonly space: string;
  readonly name: string;
  /** uid of the object: an App that is pushed again after a delete has another. */
  readonly uid: string;
  readonly createdAt: string;
  readonly spec: AppSpec;
  /** Last observed state of its bindings. `stale`: observed for another spec. Absent: not observed yet. */
  readonly bindings?: 'ready' | 'notReady' | 'stale' | undefined;
  /** Message of its condition `Ready` where that is False. */
  readonly blockingReason?: string | undefined;
  /** Its newest build. */
  readonly build?: AppBuild | undefined;
  /** Image of its newest successful build. */
  readonly built?: BuiltImage | undefined;
};

/** Image of the app's tasks: the one that it names, else that of its newest successful build. */
export const imageOf = ({ spec, built }: App): string | undefined => spec.image ?? built?.image;

/** Status, reason and message of a condition to write. */
export type AppConditionUpdate = {
  readonly ready: boolean;
  readonly reason: string;
  readonly message: string;
};

/** An App that was written past the HTTP API and that no task can run on, with its problems. */
export type InvalidApp = Omit<App, 'spec'> & { readonly problems: readonly FieldError[] };

/**
 * The condition `Ready` to write on an App: its problems if it is invalid, or that it is valid again. `undefined` when
 * the condition is up to date; an App that was never invalid has none.
 */
export function newReadiness(app: App | InvalidApp): AppConditionUpdate | undefined {
  if ('spec' in app) {
    return app.blockingReason === undefined
      ? undefined
      : { ready: true, reason: 'Valid', message: 'Tasks can run on it.' };
  }
  const message = app.problems.map(({ field, message: why }) => `${field}: ${why}`).join('; ');
  return message === app.blockingReason ? undefined : { ready: false, reason: 'Invalid', message };
}

/** The App, if it is valid. Throws `conflict` with its problems if not. */
export function validApp(app: App | InvalidApp): App {
  if ('spec' in app) return app;
  const problems = app.problems.map(({ field, message }) => `${field}: ${message}`).join('; ');
  throw conflict(
    `No task can run on app "${app.name}" as it stands in the cluster: ${problems}`,
    app.problems,
  );
}
