import * as v from 'valibot';
import type { AppBuild, BuiltImage } from '../builds/build.ts';
import { Source } from '../builds/source.ts';
import { conflict, type FieldError } from '../platform/errors.ts';
import { isLabelKey, isLabelPart } from '../platform/label-key.ts';
import { Name, ObjectName } from '../platform/names.ts';
import { Cpu, Duration, Size } from '../platform/quantities.ts';
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

/** A shell command; a task hands it to the app's entrypoint as one argument. */
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

/** What a task runs on, as a user pushes it and as `spec` of the App in the cluster. */
export const AppSpec = v.pipe(
  fields({
    /** What it runs on; or the source that an image is built of. */
    image: v.optional(Image),
    source: v.optional(Source),
    /** Whether a task finds the files that its image has in /workspace, or wants that folder empty. */
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
  readonly blockingReason?: string | undefined;
  /** The newest build of it. */
  readonly build?: AppBuild | undefined;
  /** The newest good image that was built of it. */
  readonly built?: BuiltImage | undefined;
};

/** What tasks of the app run on: the image that it names, or the newest good one that was built. */
export const imageOf = ({ spec, built }: App): string | undefined => spec.image ?? built?.image;

/** What a condition of an App is to say. */
export type AppConditionUpdate = {
  readonly ready: boolean;
  readonly reason: string;
  readonly message: string;
};

/** An App that someone wrote past the HTTP API and that no task can run on: what is wrong with it. */
export type InvalidApp = Omit<App, 'spec'> & { readonly problems: readonly FieldError[] };

/**
 * What the condition `Ready` of an App is to say and does not: what is wrong with one that was written past the HTTP
 * API, or that it was mended. One that was never wrong has no such condition.
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

/** The App, if tasks can run on it. Throws `conflict` with what is wrong for an invalid one. */
export function validApp(app: App | InvalidApp): App {
  if ('spec' in app) return app;
  const problems = app.problems.map(({ field, message }) => `${field}: ${message}`).join('; ');
  throw conflict(
    `No task can run on app "${app.name}" as it stands in the cluster: ${problems}`,
    app.problems,
  );
}
