import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { invalid } from './errors.ts';
import { parse, textLike, textThat } from './schema.ts';

const LABEL_NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

const LABEL_RULE =
  'lower-case letters, digits and "-", beginning and ending with a letter or digit, at most 63 characters.';

/** A DNS label (RFC 1123): name of a space, an app, a job, a task, a binding, a security group. */
export const Name = textLike(LABEL_NAME, LABEL_RULE);

/** A DNS subdomain (RFC 1123): name of a Secret, a ConfigMap, a service account. */
export const ObjectName = textThat(
  (value) => value.length <= 253 && SUBDOMAIN.test(value),
  'lower-case letters, digits, "-" and ".", at most 253 characters.',
);

/** Name endings of our Secrets, and of the one with the registry's password: no app may name one. */
const RESERVED_SECRET = /(?:^|-)taskbridge-(?:bindings|build|event|registry)$/;

/** A Secret that an app may name. */
export const SecretName = v.pipe(
  ObjectName,
  v.check(
    (name) => !RESERVED_SECRET.test(name),
    'Names that end with taskbridge-bindings, -build, -event and -registry are reserved for Taskbridge.',
  ),
);

/**
 * Returns a text that is about to become part of a path, a key or a filter. Throws `invalid` with its `field` where it is no
 * name.
 */
export function checkedName(
  field: string,
  text: string,
  grammar: v.GenericSchema<unknown, string> = ObjectName,
): string {
  const parsed = parse(grammar, text, field);
  if (parsed.ok) return parsed.value;
  throw invalid(...parsed.errors);
}

/**
 * Longest name of a PipelineRun whose TaskRun (`-task`) and Pod (`-pod`) are still named after it: Tekton hashes
 * names past 63 characters.
 */
const MAX_RUN_NAME_LENGTH = 54;

/** The letters of random ids: no vowels, so no words. Five of them make 3.2 million ids an app. */
const ID_LETTERS = 'bcdfghjklmnpqrstvwxz';
const ID_LENGTH = 5;

/** A task id from `ID_LENGTH` random bytes. */
export const taskId = (random: Uint8Array): string =>
  Array.from(random.slice(0, ID_LENGTH), (byte) => ID_LETTERS[byte % ID_LETTERS.length]).join('');

/** The id of the task of an occurrence: its minutes since 1970, as Kubernetes names the Jobs of a CronJob. */
export const occurrenceId = (occurrence: Date): string => String(Math.floor(occurrence.getTime() / 60_000));

/** The id of the task of an app that a job starts at an occurrence: the same for as long as there is this very job. */
export const laterTaskId = (jobUid: string, occurrence: Date): string =>
  hashOf(['later', jobUid, occurrenceId(occurrence)], 12);

/** Hex digits of SHA-256 over parts that can't run into each other. */
export const hashOf = (parts: readonly string[], digits: number): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, digits);

/** The id of a task asked for with an Idempotency-Key: the same key names the same task. */
export const idempotentId = (verb: string, of: string, key: string): string => hashOf([verb, of, key], 12);

/**
 * The id of the task that an event starts: the same event names the same task, however often it is delivered. `attempt`:
 * one more for each task of that event which could never begin.
 */
export const eventTaskId = (eventId: string, attempt: number): string =>
  hashOf(['event', eventId, String(attempt)], 12);

/** Name of the Secret with the event that started a run, which the run owns. */
export const eventSecretName = (run: string): string => `${run}-taskbridge-event`;

/**
 * Name of the PipelineRun of the task `id` of an app or job: `<of>-<id>`, or with a hash in place of the end of
 * `of` where that is too long. The id is always the end of the name.
 */
export function taskName(of: string, id: string): string {
  const plain = `${of}-${id}`;
  if (plain.length <= MAX_RUN_NAME_LENGTH) return plain;
  const end = `-${hashOf([of], 8)}-${id}`;
  return `${of.slice(0, MAX_RUN_NAME_LENGTH - end.length).replace(/(?<!-)-+$/, '')}${end}`;
}

/** Length limit of a child's name, which must fit a label value. */
const MAX_CHILD_NAME_LENGTH = 63;
const MD5_LENGTH = 32;
const HEAD = MAX_CHILD_NAME_LENGTH - MD5_LENGTH;

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/**
 * Name that Tekton gives the child of a PipelineRun or TaskRun: `<parent><suffix>`, with a hash in place of the end of a
 * parent's name that is too long. Equals knative.dev/pkg/kmeta.ChildName.
 */
export function childName(parent: string, suffix: string): string {
  if (parent.length + suffix.length <= MAX_CHILD_NAME_LENGTH) return parent + suffix;
  if (suffix.length < HEAD) return `${parent.slice(0, HEAD - suffix.length)}${md5(parent)}${suffix}`;
  const hashed = `${parent.slice(0, HEAD)}${md5(parent + suffix)}`;
  return `${hashed}${suffix.slice(0, MAX_CHILD_NAME_LENGTH - hashed.length)}`.replace(
    /(?<![^a-z0-9])[^a-z0-9]+$/,
    '',
  );
}

/** Name of the Secret with VCAP_SERVICES and DATABASE_URL of an app, which the App owns. */
export const bindingsSecretName = (app: string): string => `${app}-taskbridge-bindings`;

/** Name of the Secret with what a build fetches and signs in with, which its run owns. */
export const buildSecretName = (run: string): string => `${run}-taskbridge-build`;

/** Random value of one create: a create whose response was lost recognises its own object by it. 24 hex digits. */
export const newNonce = ({ random }: { readonly random: (bytes: number) => Uint8Array }): string =>
  Buffer.from(random(12)).toString('hex');
