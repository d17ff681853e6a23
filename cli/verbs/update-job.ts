import { Job } from '../api/responses.ts';
import type { Client } from '../client.ts';
import { UsageError } from '../errors.ts';
import {
  ENV,
  EXPECT_WITHIN,
  envOf,
  POLICY,
  policyOf,
  present,
  RESOURCES,
  resourcesOf,
  TIMEOUT,
} from '../flags.ts';
import type { ParsedArgs, Verb } from '../verb.ts';

/** Fields that `--remove` takes, with the part of the patch that removes them. */
const REMOVALS = new Map<string, object>([
  ['command', { command: null }],
  ['memory-limit', { resources: { memory: null } }],
  ['disk-quota', { resources: { disk: null } }],
  ['cpu-cores', { resources: { cpu: null } }],
  ['env', { env: null }],
  ['timeout', { timeout: null }],
  ['concurrency-policy', { concurrencyPolicy: null }],
  ['starting-deadline', { startingDeadlineSeconds: null }],
  ['expect-within', { expectWithin: null }],
]);

export const updateJob: Verb = {
  name: 'update-job',
  group: 'Jobs',
  summary: 'change the task of a job, its app or its policies',
  more: 'What is not given stays as it is, and so do its schedule, its history and its running tasks.',
  args: [
    { name: '<job>', description: 'name of the job' },
    { name: '[command]', description: 'start command' },
  ],
  flags: [
    { flags: '-a, --app <app>', description: 'app to run the tasks on' },
    ...POLICY,
    ENV,
    { flags: '--unset-env <NAME>', description: 'variable to remove', repeatable: true },
    ...RESOURCES,
    TIMEOUT,
    EXPECT_WITHIN,
    {
      flags: '--remove <field>',
      description: "remove a field: the app's value or the default applies",
      repeatable: true,
      choices: [...REMOVALS.keys()],
    },
  ],
  examples: [
    ['update-job report "bin/report --all" -m 2G', 'another command, with more memory'],
    ['update-job report -e DAY=monday --unset-env NIGHT', 'one variable more, another less'],
    ['update-job report --app billing-v2', 'the same job on another app'],
    ['update-job report --remove command --remove memory-limit', "the app's command and memory"],
  ],
  run: async ({ client, screen }, given) => {
    const name = given.argument(0);
    const body = { ...patchOf(given), ...(await envPatchOf(client, name, given)) };
    if (Object.keys(body).length === 0) throw new UsageError('Specify what to change.');
    await client.request(Job, { method: 'PATCH', path: ['jobs', name], body });
    screen.line(`Job ${name} is changed.`);
    return undefined;
  },
};

/** Variables of the job with those that are given: a patch has the whole list. */
async function envPatchOf(client: Client, name: string, given: ParsedArgs): Promise<object> {
  const set = envOf(given) ?? [];
  const unset = given.texts('unset-env');
  if (set.length === 0 && unset.length === 0) return {};
  if (given.texts('remove').includes('env'))
    throw new UsageError('env is both set and removed: leave one of them out.');
  const { value: job } = await client.request(Job, { method: 'GET', path: ['jobs', name] });
  const replaced = [...set.map((variable) => variable.name), ...unset];
  const kept = (job.env ?? []).filter((variable) => !replaced.includes(variable.name));
  const env = [...kept, ...set];
  return { env: env.length === 0 ? null : env };
}

/** Merge patch of what is given. Throws a usage error for a field that is both set and removed. */
function patchOf(given: ParsedArgs): Record<string, unknown> {
  const removed = given.texts('remove');
  const twice = removed.find((field) =>
    field === 'command' ? given.optionalArgument(1) : given.text(field),
  );
  if (twice !== undefined) throw new UsageError(`${twice} is both set and removed: leave one of them out.`);
  const removals = removed.map((field): { readonly resources?: object } => REMOVALS.get(field) ?? {});
  const resources = Object.assign({}, resourcesOf(given), ...removals.map((removal) => removal.resources));
  return present({
    app: given.text('app'),
    command: given.optionalArgument(1),
    timeout: given.text('timeout'),
    expectWithin: given.text('expect-within'),
    ...policyOf(given),
    ...Object.assign({}, ...removals),
    resources: Object.keys(resources).length === 0 ? undefined : resources,
  });
}
