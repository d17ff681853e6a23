import * as v from 'valibot';
import type { AppBuild, BuiltImage } from '../builds/build.ts';
import type { Push } from '../builds/pushes.ts';
import { Source } from '../builds/source.ts';
import { conflict, describeFields, type FieldError } from '../platform/errors.ts';
import { show } from '../platform/json.ts';
import { isLabelKey } from '../platform/labels.ts';
import { Name, ObjectName, SecretName } from '../platform/names.ts';
import { Cpu, Duration, formatCpu, formatDuration, formatSize, Size } from '../platform/quantities.ts';
import {
  argument,
  checkField,
  fields,
  listOf,
  listOfNamed,
  mapOf,
  shortText,
  textThat,
  wholeNumber,
} from '../platform/schema.ts';
import { EnvVar, MAX_ARGUMENT_BYTES } from './env-var.ts';
import { Gpu, LabelValue, Placement } from './placement.ts';

/** Parts of an image reference, as distribution/reference defines them; cluster/crds has the same pattern. */
const HOST_PART = '[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?';
const HOST = `(${HOST_PART}(\\.${HOST_PART})*|\\[[A-Fa-f0-9:]+\\])(:[0-9]+)?`;
const PATH_PART = '[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*';
const NAME = `(${HOST}/)?${PATH_PART}(/${PATH_PART})*`;
const TAG = '[A-Za-z0-9_][-A-Za-z0-9_.]{0,127}';
const DIGEST = 'sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128}';

/** Pattern of an image reference: `[host[:port]/]path[:tag][@digest]`. */
export const IMAGE = `^${NAME}(:${TAG})?(@(${DIGEST}))?$`;

/** Maximum length in characters: a name of 255, a tag of 128, a digest of SHA-512. */
const MAX_IMAGE_LENGTH = 520;
const MAX_NAME_LENGTH = 255;

const PATTERN = new RegExp(IMAGE);

/** An image reference without its tag and digest. */
const repositoryNameOf = (image: string): string => image.replace(/@.*/, '').replace(/:[^/:]*$/, '');

const isImage = (image: string): boolean =>
  image.length <= MAX_IMAGE_LENGTH &&
  PATTERN.test(image) &&
  repositoryNameOf(image).length <= MAX_NAME_LENGTH;

/** An image reference. */
export const Image = textThat(
  isImage,
  'an image such as registry/billing:1 or registry.example:5000/team/billing@sha256:… with all 64 hex digits; its ' +
    'path has lower-case letters and digits, with ".", "_" or "-" between them.',
);

/** A shell command, which the entrypoint gets as one argument. */
export const Command = v.pipe(
  argument(MAX_ARGUMENT_BYTES),
  v.check((command) => command.trim() !== '', 'It is empty: leave it out, or write a command.'),
);

const Service = fields({
  name: Name,
  secretName: SecretName,
  label: v.optional(shortText(256)),
  tags: v.optional(listOf(shortText(256), 50)),
  plan: v.optional(shortText(256)),
});

const RESOURCE_FIELDS = { cpu: v.optional(Cpu), memory: v.optional(Size), disk: v.optional(Size) } as const;

export const Resources = fields(RESOURCE_FIELDS);

/** Resources of an app: a job and a run change all but its GPUs. */
export const AppResources = fields({ ...RESOURCE_FIELDS, gpu: v.optional(Gpu) });

const RESERVED_LABEL = /(^|\.)(taskbridge\.dev|tekton\.dev|kubernetes\.io|k8s\.io|velero\.io)$/;
export const LabelKey = v.pipe(
  textThat(isLabelKey, 'a Kubernetes label key, such as team or example.org/team.'),
  v.check(
    (key) => !key.includes('/') || !RESERVED_LABEL.test(key.slice(0, key.indexOf('/'))),
    'Labels of taskbridge.dev, tekton.dev, kubernetes.io, k8s.io and velero.io are reserved.',
  ),
);
export const Labels = mapOf(LabelKey, LabelValue, 100);

const WORKSPACES = ['copy', 'empty'] as const;
const Workspace = v.picklist(WORKSPACES, (issue) => `${show(issue.input)} is not allowed: copy or empty.`);

/** Different Secrets, and different ConfigMaps, of an app: a push reads each Secret, and a node reads both for each task. */
const MAX_NAMES = 50;

type Named = {
  readonly env?: readonly EnvVar[] | undefined;
  readonly services?: readonly Service[] | undefined;
};

/** Number of different Secrets that variables and services name. */
const secretsOf = ({ env = [], services = [] }: Named): number =>
  new Set([
    ...env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.name ?? []),
    ...services.map(({ secretName }) => secretName),
  ]).size;

/** Number of different ConfigMaps that variables name. */
const configMapsOf = ({ env = [] }: Named): number =>
  new Set(env.flatMap(({ valueFrom }) => valueFrom?.configMapKeyRef?.name ?? [])).size;

/** Fields of an app, as a user pushes it and as `spec` of the App. */
export const AppSpec = v.pipe(
  fields({
    /** Image of its tasks. Instead, `source` is what an image is built from. */
    image: v.optional(Image),
    source: v.optional(Source),
    /** Content of /workspace in a task: a copy of the image's files, or empty. */
    workspace: v.optional(Workspace),
    entrypoint: v.optional(
      v.pipe(listOf(shortText(4096), 50), v.minLength(1, 'It is empty: leave it out, or name a program.')),
    ),
    command: v.optional(Command),
    env: v.optional(listOfNamed(EnvVar, 1000)),
    services: v.optional(listOfNamed(Service, 50)),
    resources: v.optional(AppResources),
    placement: v.optional(Placement),
    serviceAccountName: v.optional(ObjectName),
    securityGroups: v.optional(listOf(Name, 20)),
    labels: v.optional(Labels),
    taskTimeout: v.optional(Duration),
    pendingTimeout: v.optional(Duration),
    maxRunning: v.optional(wholeNumber(1, 100_000)),
    taskRetention: v.optional(wholeNumber(1, 100_000)),
  }),
  checkField(
    'image',
    ({ image, source }) => image !== undefined || source !== undefined,
    'Missing: give image or source.',
  ),
  checkField(
    'source',
    ({ image, source }) => image === undefined || source === undefined,
    'Give image or source, not both.',
  ),
  checkField(
    'env',
    (spec) => secretsOf(spec) <= MAX_NAMES,
    `More than ${MAX_NAMES} different Secrets, with those of services; at most ${MAX_NAMES} are allowed.`,
  ),
  checkField(
    'env',
    (spec) => configMapsOf(spec) <= MAX_NAMES,
    `More than ${MAX_NAMES} different ConfigMaps; at most ${MAX_NAMES} are allowed.`,
  ),
  v.metadata({ oneOf: [{ required: ['image'] }, { required: ['source'] }] }),
);

export type AppSpec = v.InferOutput<typeof AppSpec>;
export type Service = v.InferOutput<typeof Service>;
export type Resources = v.InferOutput<typeof Resources>;
export type AppResources = v.InferOutput<typeof AppResources>;

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
export const serializeResources = ({ cpu, memory, disk, gpu }: AppResources) => ({
  ...(cpu === undefined ? {} : { cpu: formatCpu(cpu) }),
  ...(memory === undefined ? {} : { memory: formatSize(memory) }),
  ...(disk === undefined ? {} : { disk: formatSize(disk) }),
  ...(gpu === undefined ? {} : { gpu }),
});

/** An App of the cluster. */
export type App = {
  readonly space: string;
  readonly name: string;
  /** uid of the object: an App that is pushed again after a delete has another. */
  readonly uid: string;
  readonly createdAt: string;
  /** It has a deletion timestamp: what it owns goes with it. */
  readonly deleting?: true | undefined;
  readonly spec: AppSpec;
  /** Last observed state of its bindings. `stale`: observed for another spec. Absent: not observed yet. */
  readonly bindings?: 'ready' | 'notReady' | 'stale' | undefined;
  /** Message of its condition `Ready` where that is False. */
  readonly blockingReason?: string | undefined;
  /** Its condition `Ready` is of an earlier generation. */
  readonly readyIsStale?: true | undefined;
  /** Its pushes, newest first. */
  readonly pushes: readonly Push[];
  /** The newest of them is recorded nowhere yet: kubectl made it. */
  readonly isUnrecorded?: true | undefined;
  /** Build of its source, or of the one before while that is not recorded yet. */
  readonly build?: AppBuild | undefined;
  /** Image that its tasks run on, as last recorded, where it has a source. */
  readonly built?: BuiltImage | undefined;
};

/** Image of the app's tasks: the one that it names, else the recorded one. */
export const imageOf = ({ spec, built }: App): string | undefined => spec.image ?? built?.image;

/** Status, reason and message of a condition to write. */
export type AppConditionUpdate = {
  readonly ready: boolean;
  readonly reason: string;
  readonly message: string;
};

/** An App that was written past the HTTP API and that no task can run on, with its problems. */
export type InvalidApp = Omit<App, 'spec'> & { readonly problems: readonly FieldError[] };

/** The App, if tasks can run on it. Throws `conflict`, with its problems where it is invalid. */
export function validApp(app: App | InvalidApp): App {
  if (app.deleting) throw conflict(`App "${app.name}" is being deleted: push it again after that.`);
  if ('spec' in app) return app;
  throw conflict(
    `No task can run on app "${app.name}" as it stands in the cluster: ${describeFields(app.problems)}`,
    app.problems,
  );
}
