import { ANNOTATION, LABEL } from '../../../lib/platform/labels.ts';
import type { Rule } from '../../../local/eventbridge/bus.ts';
import type { BusEvent } from '../../../local/eventbridge/event-operations.ts';
import { at, isRecord, type KubeObject } from '../../../local/kubernetes/object.ts';
import { type Cluster, conditionOf } from './cluster.ts';

/** State of an environment, without versions, uids and times that differ between runs. */
export type State = readonly string[];

const RANDOM_ID = /-[bcdfghj-np-tv-xz]{5}$/;

/** One line an object, a rule, and an event that the service's bus took, be it once or more often; sorted. */
export function stateOf(cluster: Cluster, rules: readonly Rule[], published: readonly BusEvent[]): State {
  const line = (kind: string, name: string, facts: object): string =>
    `${kind} ${name} ${JSON.stringify(facts)}`;
  return [
    ...cluster.objects('apps').map((app) => line('app', app.metadata.name, appFacts(app))),
    ...cluster.objects('jobs').map((job) => line('job', job.metadata.name, jobFacts(job))),
    ...cluster.objects('pipelineruns').map((run) => line('run', nameOf(run), runFacts(run))),
    ...cluster
      .objects('secrets')
      .map((secret) =>
        line('secret', secret.metadata.name, { owner: ownerOf(secret), data: dataOf(secret) }),
      ),
    ...rules.map(({ name, bus, expression, patternText, state, tags, targets }) =>
      line('rule', name, { bus, expression, patternText, state, tags: [...tags], targets: [...targets] }),
    ),
    ...published.map((event) => line('reported', String(event['detail-type']), publishedFields(event))),
  ].toSorted();
}

const publishedFields = (event: BusEvent) => ({
  source: event.source,
  task: String(at(event, 'detail', 'name') ?? at(event, 'detail', 'task')).replace(RANDOM_ID, '-?'),
  job: at(event, 'detail', 'job'),
  reason: at(event, 'detail', 'reason'),
  depth: at(event, 'detail', 'depth'),
  failures: at(event, 'detail', 'failures'),
});

const nameOf = ({ metadata }: KubeObject): string => metadata.name.replace(RANDOM_ID, '-?');
const ownerOf = ({ metadata }: KubeObject) =>
  metadata.ownerReferences?.map(({ kind, name }) => `${kind} ${name}`);

/** A signed URL is another one each time. */
const dataOf = ({ data }: KubeObject) =>
  isRecord(data) && 'url' in data ? { ...data, url: 'signed' } : data;

function appFacts({ spec, status }: KubeObject) {
  const { build, image } = isRecord(status) ? status : {};
  const { createdAt, finishedAt, reason, message, ...newest } = isRecord(build) ? build : {};
  // What a build waits for is another thing from one moment to the next.
  const end = finishedAt === undefined ? undefined : { reason, message };
  return {
    ...{ spec, image, conditions: findings(status) },
    build: { ...newest, isDated: createdAt !== undefined, end },
  };
}

function jobFacts(job: KubeObject) {
  const { spec, status } = job;
  const { schedule, lease, trigger, missed, lastScheduleTime, lastSuccessfulTime, nextScheduleTime } =
    isRecord(status) ? status : {};
  const { consecutiveFailures, health } = isRecord(status) ? status : {};
  const { failingSince, unreported } = isRecord(health) ? health : {};
  const { since, ...inForce } = isRecord(schedule) ? schedule : {};
  return {
    applied: job.metadata.annotations?.[ANNOTATION.applied],
    ...{ owner: ownerOf(job), spec, lease, trigger, missed, lastScheduleTime, nextScheduleTime },
    schedule: inForce,
    succeeded: lastSuccessfulTime !== undefined,
    health: { consecutiveFailures, isFailing: failingSince !== undefined, unreported },
    conditions: findings(status),
  };
}

const timeless = (message: unknown): string => String(message).replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'then');

const findings = (status: unknown) =>
  (isRecord(status) && Array.isArray(status.conditions) ? status.conditions : [])
    .filter(isRecord)
    .map(({ type, status: is, reason, message }) => [type, is, reason, timeless(message)].join(' '))
    .toSorted();

function runFacts(run: KubeObject) {
  const { labels = {}, annotations = {} } = run.metadata;
  return {
    owner: ownerOf(run),
    labels: [LABEL.app, LABEL.job, LABEL.reported, LABEL.buildId].map((label) => labels[label]),
    annotations: [
      ANNOTATION.command,
      ANNOTATION.scheduledTime,
      ANNOTATION.cancelledBecause,
      ANNOTATION.requestHash,
      ANNOTATION.eventId,
      ANNOTATION.eventDepth,
      ANNOTATION.sourceSha256,
      ANNOTATION.repository,
    ].map((annotation) => annotations[annotation]),
    status: isRecord(run.spec) ? run.spec.status : undefined,
    condition: conditionOf(run),
  };
}

/** Orphans: objects without their owner, rules without their job. */
export function orphansOf(cluster: Cluster, rules: readonly Rule[]): readonly string[] {
  const kinds = ['apps', 'jobs', 'pipelineruns', 'taskruns', 'secrets'];
  const objects = kinds.flatMap((kind) => cluster.objects(kind));
  const uids = new Set(objects.map(({ metadata }) => metadata.uid));
  const jobs = cluster.objects('jobs').map(({ metadata }) => metadata.name);
  return [
    ...objects
      .filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => !uids.has(uid)))
      .map(({ kind, metadata }) => `${kind} ${metadata.name}`),
    ...rules.filter(({ tags }) => !jobs.includes(tags.get('job') ?? '')).map(({ name }) => `rule ${name}`),
  ];
}

/** Lines that are in one state only, duplicates included. */
export const difference = (is: State, should: State): string =>
  [
    ...without(is, should).map((line) => `  is:     ${line.slice(0, MAX_LINE_LENGTH)}`),
    ...without(should, is).map((line) => `  should: ${line.slice(0, MAX_LINE_LENGTH)}`),
  ].join('\n');

/** A Secret's data say nothing in a failure message. */
const MAX_LINE_LENGTH = 600;

function without(lines: State, others: State): State {
  const left = [...others];
  return lines.filter((line) => {
    const found = left.indexOf(line);
    if (found !== -1) left.splice(found, 1);
    return found === -1;
  });
}

export const isSame = (one: State, other: State): boolean => one.join('\n') === other.join('\n');

/** True for a state each object of which is as in one end or the other, where what is in both ends is not missing. */
export const isOneOf = (is: State, end: State, other: State): boolean => {
  const named = is.map(nameOfLine);
  const inBoth = end.map(nameOfLine).filter((name) => other.some((line) => nameOfLine(line) === name));
  return without(is, [...end, ...without(other, end)]).length === 0 && without(inBoth, named).length === 0;
};

const nameOfLine = (line: string): string => line.slice(0, line.indexOf(' {'));
