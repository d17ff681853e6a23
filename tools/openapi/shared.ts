import type * as v from 'valibot';
import { AppSpec, Command, LabelKey, Labels, LabelValue, Resources } from '../../lib/apps/app.ts';
import { EnvName, EnvVar, FieldPath, ValueFrom } from '../../lib/apps/env-var.ts';
import { IMAGE, Image } from '../../lib/apps/image.ts';
import { Trigger } from '../../lib/events/trigger.ts';
import { ConcurrencyPolicy, CronText, JobSchedule, ZoneName } from '../../lib/jobs/job.ts';
import { Name, ObjectName } from '../../lib/platform/names.ts';
import { Cpu, Duration, Size } from '../../lib/platform/quantities.ts';

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
      pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
      description: 'A DNS subdomain, as Kubernetes names Secrets, ConfigMaps and service accounts.',
    },
  },
  {
    schema: Image,
    name: 'Image',
    whole: true,
    facts: {
      type: 'string',
      maxLength: 520,
      pattern: IMAGE,
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
      pattern: '^[^\\0]*\\S[^\\0]*$',
      maxLength: 65_536,
      description:
        "A shell command, at most 64 KiB. It reaches the task byte for byte, as one argument of the app's entrypoint.",
      example: 'bin/report --month 11',
    },
  },
  {
    schema: EnvName,
    name: 'EnvName',
    whole: true,
    facts: {
      type: 'string',
      pattern: '^(?!TASKBRIDGE_)[A-Za-z_][A-Za-z0-9_.-]{0,255}$',
      description: 'The prefix TASKBRIDGE_ is reserved.',
    },
  },
  {
    schema: FieldPath,
    name: 'FieldPath',
    whole: true,
    facts: {
      type: 'string',
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
  { schema: LabelKey, name: 'LabelKey', whole: true, facts: { type: 'string', maxLength: 317 } },
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
      description:
        'Labels of every pod of a task. Keys of Taskbridge, Tekton, Kubernetes and Velero are reserved.',
      example: { team: 'a' },
    },
  },
  {
    schema: Size,
    name: 'Size',
    whole: true,
    facts: {
      type: ['string', 'integer'],
      pattern: '^\\d{1,15}([KMGT](i|B|iB)?)?$',
      minimum: 4_194_304,
      maximum: Number.MAX_SAFE_INTEGER,
      description:
        'Bytes: 256M or 1G as Cloud Foundry writes them (binary), 256Mi as Kubernetes does. At least 4M.',
      example: '256M',
    },
  },
  {
    schema: Cpu,
    name: 'Cpu',
    whole: true,
    facts: {
      type: ['string', 'number'],
      pattern: '^(\\d{1,7}m|\\d{1,4}(\\.\\d{1,3})?)$',
      exclusiveMinimum: 0,
      maximum: 9999,
      description: 'Processors: 500m, 0.5 or 2. At most three decimals.',
      example: '500m',
    },
  },
  {
    schema: Duration,
    name: 'Duration',
    whole: true,
    facts: {
      type: 'string',
      pattern: '^(?=.)(\\d{1,6}h)?(\\d{1,8}m)?(\\d{1,9}s)?$',
      description: 'A duration, at most 999999999s.',
      example: '1h30m',
    },
  },
  { schema: Resources, name: 'Resources' },
  {
    schema: CronText,
    name: 'Cron',
    whole: true,
    facts: {
      type: 'string',
      maxLength: 512,
      description:
        'Unix cron as crontab(5) has it: five fields, or @hourly, @daily, @midnight, @weekly, @monthly, @yearly, ' +
        '@annually. If both day fields are restricted, either may match.',
      example: '0 2 * * mon-fri',
    },
  },
  {
    schema: ZoneName,
    name: 'TimeZone',
    whole: true,
    facts: { type: 'string', description: 'An IANA time zone.', example: 'Europe/Berlin' },
  },
  { schema: JobSchedule, name: 'JobSchedule' },
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
