import type * as v from 'valibot';
import {
  AppResources,
  AppSpec,
  Command,
  IMAGE,
  Image,
  LabelKey,
  Labels,
  Resources,
} from '../../lib/apps/app.ts';
import { EnvName, EnvVar, FieldPath, PLAIN_FIELD_PATHS, ValueFrom } from '../../lib/apps/env-var.ts';
import { LabelValue, NodeKey, NodeSelector, Placement, Toleration } from '../../lib/apps/placement.ts';
import { Pattern, Trigger } from '../../lib/events/trigger.ts';
import { DayOrTime } from '../../lib/jobs/backfill-range.ts';
import { ConcurrencyPolicy } from '../../lib/jobs/job.ts';
import { AtText, CronText, JobSchedule, ZoneName } from '../../lib/jobs/job-schedule.ts';
import { Name, ObjectName, SecretName } from '../../lib/platform/names.ts';
import { Cpu, Duration, MAX_BYTES, MIN_BYTES, Size } from '../../lib/platform/quantities.ts';
import { Timeout } from '../../lib/tasks/overrides.ts';
import { EVENT_PATTERN } from './event-pattern.ts';
import { CPU_SCHEMA, DURATION_SCHEMA, sizeSchema } from './quantities.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

type Shared = {
  readonly schema: v.GenericSchema;
  /** Component name. */
  readonly name: string;
  /** JSON Schema of its checks, which are functions; the rest comes from the schema itself. */
  readonly facts?: JsonSchema;
  /** The facts replace the schema, which has no equivalent in JSON Schema. */
  readonly whole?: true;
};

const SUBDOMAIN = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$';

/** A name of at most 255 characters before tag and digest; {@link IMAGE} has their form. */
const NAME_OF_255 = '^[^@]{1,255}(:[A-Za-z0-9_][-A-Za-z0-9_.]{0,127})?(@.*)?$';

const LABEL_KEY =
  '([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?';
const LABEL_KEY_LENGTHS = "([^/']{1,253}/)?[^/']{1,63}";

/** Schemas of requests that are components of the document, with a description of their checks. */
export const SHARED: readonly Shared[] = [
  {
    schema: Name,
    name: 'Name',
    facts: {
      maxLength: 63,
      description: 'Lower-case letters, digits and "-": a DNS label.',
      example: 'billing',
    },
  },
  {
    schema: ObjectName,
    name: 'ObjectName',
    whole: true,
    facts: {
      type: 'string',
      maxLength: 253,
      pattern: SUBDOMAIN,
      description: 'A DNS subdomain, as Kubernetes names ConfigMaps and service accounts.',
    },
  },
  {
    schema: SecretName,
    name: 'SecretName',
    whole: true,
    facts: {
      type: 'string',
      maxLength: 253,
      pattern: SUBDOMAIN,
      not: { pattern: '(^|-)taskbridge-(bindings|build|event|registry)$' },
      description: 'A Secret of the space. Names of Secrets of Taskbridge are reserved.',
    },
  },
  {
    schema: Image,
    name: 'Image',
    whole: true,
    facts: {
      type: 'string',
      maxLength: 520,
      allOf: [{ pattern: IMAGE }, { pattern: NAME_OF_255 }],
      description: 'A container image reference; its name without tag and digest has at most 255 characters.',
      example: 'registry.example/billing:1',
    },
  },
  {
    schema: Command,
    name: 'Command',
    whole: true,
    facts: {
      type: 'string',
      pattern: '^[^\\x00]*[^\\s\\x00][^\\x00]*$',
      maxLength: 65_536,
      description:
        "A shell command, at most 65536 bytes in UTF-8. It reaches the task byte for byte, as one argument of the app's entrypoint.",
      example: 'bin/report --month 11',
    },
  },
  {
    schema: EnvName,
    name: 'EnvName',
    whole: true,
    facts: {
      type: 'string',
      pattern: '^[A-Za-z_][A-Za-z0-9_.-]{0,255}$',
      not: { pattern: '^TASKBRIDGE_' },
      description: 'The prefix TASKBRIDGE_ is reserved.',
    },
  },
  {
    schema: FieldPath,
    name: 'FieldPath',
    whole: true,
    facts: {
      type: 'string',
      anyOf: [
        { enum: PLAIN_FIELD_PATHS },
        {
          allOf: [
            { pattern: `^metadata\\.(labels|annotations)\\['${LABEL_KEY}'\\]$` },
            { pattern: `\\['${LABEL_KEY_LENGTHS}'\\]$` },
          ],
        },
      ],
      description:
        "A field of the pod: metadata.name, metadata.namespace, metadata.uid, metadata.labels['KEY'], " +
        "metadata.annotations['KEY'], spec.nodeName, spec.serviceAccountName, status.hostIP, status.hostIPs, " +
        'status.podIP or status.podIPs.',
      example: 'status.podIP',
    },
  },
  { schema: ValueFrom, name: 'ValueFrom', facts: { minProperties: 1, maxProperties: 1 } },
  {
    schema: EnvVar,
    name: 'EnvVar',
    facts: {
      description: 'An environment variable as in Kubernetes.',
      not: { required: ['value', 'valueFrom'] },
    },
  },
  {
    schema: LabelKey,
    name: 'LabelKey',
    whole: true,
    facts: {
      type: 'string',
      allOf: [{ pattern: `^${LABEL_KEY}$` }, { pattern: `^${LABEL_KEY_LENGTHS}$` }],
      not: { pattern: '^([^/]*\\.)?(taskbridge\\.dev|tekton\\.dev|kubernetes\\.io|k8s\\.io|velero\\.io)/' },
      description: 'A Kubernetes label key.',
      example: 'team',
    },
  },
  {
    schema: LabelValue,
    name: 'LabelValue',
    whole: true,
    facts: { type: 'string', pattern: '^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$' },
  },
  {
    schema: Labels,
    name: 'Labels',
    whole: true,
    facts: {
      type: 'object',
      propertyNames: { $ref: '#/components/schemas/LabelKey' },
      additionalProperties: { $ref: '#/components/schemas/LabelValue' },
      maxProperties: 100,
      description:
        'Labels of every pod of a task. Keys of Taskbridge, Tekton, Kubernetes and Velero are reserved, and the platform ' +
        'may list those that a space may use.',
      example: { team: 'a' },
    },
  },
  {
    schema: NodeKey,
    name: 'NodeKey',
    whole: true,
    facts: {
      type: 'string',
      allOf: [{ pattern: `^${LABEL_KEY}$` }, { pattern: `^${LABEL_KEY_LENGTHS}$` }],
      description: "Key of a node's label or taint.",
      example: 'kubernetes.io/arch',
    },
  },
  {
    schema: NodeSelector,
    name: 'NodeSelector',
    whole: true,
    facts: {
      type: 'object',
      propertyNames: { $ref: '#/components/schemas/NodeKey' },
      additionalProperties: { $ref: '#/components/schemas/LabelValue' },
      maxProperties: 20,
      description: 'Labels that the node of a task must have.',
      example: { 'kubernetes.io/arch': 'arm64' },
    },
  },
  { schema: Toleration, name: 'Toleration' },
  {
    schema: Placement,
    name: 'Placement',
    facts: {
      description:
        'Nodes that tasks may run on, and how. An annotation of the namespace allows each of its values, or it is refused.',
    },
  },
  {
    schema: Size,
    name: 'Size',
    whole: true,
    facts: sizeSchema(MIN_BYTES, MAX_BYTES),
  },
  {
    schema: Cpu,
    name: 'Cpu',
    whole: true,
    facts: CPU_SCHEMA,
  },
  {
    schema: Duration,
    name: 'Duration',
    whole: true,
    facts: DURATION_SCHEMA,
  },
  {
    schema: Timeout,
    name: 'Timeout',
    whole: true,
    facts: {
      ...DURATION_SCHEMA,
      not: { pattern: '^[0hms]*$' },
      description: 'A duration from 1s to a year (8760h).',
    },
  },
  { schema: Resources, name: 'Resources' },
  { schema: AppResources, name: 'AppResources' },
  {
    schema: DayOrTime,
    name: 'DayOrTime',
    facts: {
      description: "A day on the clocks of the job's time zone, or a time in RFC 3339.",
      example: '2026-11-01',
    },
  },
  {
    schema: CronText,
    name: 'Cron',
    whole: true,
    facts: {
      type: 'string',
      maxLength: 512,
      pattern: '^\\s*(@[A-Za-z]+|[\\w*?,/()-]+(\\s+[\\w*?,/()-]+){4})\\s*$',
      description:
        'Unix cron as crontab(5) has it: five fields, or @hourly, @daily, @midnight, @weekly, @monthly, @yearly, ' +
        '@annually. If both day fields are restricted, either may match. H, H/15, H(0-29) and H(0-29)/10 are values that ' +
        "follow from the job's space and name.",
      example: '0 2 * * mon-fri',
    },
  },
  {
    schema: ZoneName,
    name: 'TimeZone',
    whole: true,
    facts: {
      type: 'string',
      maxLength: 64,
      pattern: '^[A-Za-z][A-Za-z0-9_+/-]*$',
      description: 'An IANA time zone.',
      example: 'Europe/Berlin',
    },
  },
  {
    schema: AtText,
    name: 'DateAndTime',
    whole: true,
    facts: {
      type: 'string',
      pattern:
        '^(19[789]\\d|20\\d\\d|21\\d\\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])[T ]([01]\\d|2[0-3]):[0-5]\\d(:00)?$',
      description:
        'Date and time to the minute on the clocks of the time zone. Of a time that they show twice, the first; one that they skip is refused.',
      example: '2026-12-24 02:00',
    },
  },
  { schema: JobSchedule, name: 'JobSchedule' },
  { schema: Pattern, name: 'EventPattern', whole: true, facts: EVENT_PATTERN },
  { schema: Trigger, name: 'Trigger' },
  {
    schema: ConcurrencyPolicy,
    name: 'ConcurrencyPolicy',
    facts: {
      description:
        'Policy for a run that is due while another one is active: it starts too (Always), waits (Forbid) or replaces ' +
        'the active one (Replace). Allow is accepted as Always.',
    },
  },
  { schema: AppSpec, name: 'AppSpec' },
];
