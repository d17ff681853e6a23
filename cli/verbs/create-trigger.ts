import { type Condition, Job } from '../api/responses.ts';
import { UsageError } from '../errors.ts';
import { present } from '../flags.ts';
import { parseJson } from '../json.ts';
import { readText } from '../text-file.ts';
import type { Verb } from '../verb.ts';

export const createTrigger: Verb = {
  name: 'create-trigger',
  group: 'Jobs',
  summary: 'run a job for each event that matches a pattern',
  more: 'A job has one trigger; a new one replaces it. The task reads the event from the file $TASKBRIDGE_EVENT_FILE.',
  args: [{ name: '<job>', description: 'name of the job' }],
  flags: [
    {
      flags: '-p, --pattern <json>',
      description: 'EventBridge event pattern, or a file with one',
    },
    {
      flags: '--bus <bus>',
      description: "event bus: the account's default, or the service's own",
      choices: ['default', 'service'],
    },
  ],
  examples: [
    [
      `create-trigger report --pattern '{"source":["aws.s3"],"detail":{"object":{"key":[{"prefix":"in/"}]}}}'`,
      'for each object created under in/',
    ],
    ['create-trigger report --bus service --pattern pattern.json', "for events on the service's own bus"],
  ],
  run: async ({ client, screen }, given) => {
    const name = given.argument(0);
    const { value: job } = await client.request(Job, {
      method: 'PUT',
      path: ['jobs', name, 'trigger'],
      body: present({ pattern: await patternOf(given.text('pattern')), bus: given.text('bus') }),
    });
    const bus = job.trigger?.bus === 'service' ? "the service's own bus" : 'the default bus';
    screen.line(
      `Job ${name} runs for each event on ${bus} that matches ${JSON.stringify(job.trigger?.pattern)}.`,
    );
    if (job.suspend === true)
      screen.line(`The job is suspended. To resume it: taskbridge resume-job ${name}.`);
    const inactive = job.conditions.find(isInactive);
    if (inactive !== undefined) screen.warn(`the trigger is not active yet: ${inactive.message}`);
    return undefined;
  },
};

const isInactive = ({ type, status }: Condition): boolean => type === 'Triggered' && status !== 'True';

/** Reads a pattern: inline JSON where the text starts with "{", else the path of a file. Throws a usage error for invalid JSON. */
async function patternOf(given: string | undefined): Promise<unknown> {
  if (given === undefined)
    throw new UsageError(`Specify --pattern JSON or FILE, such as --pattern '{"source":["aws.s3"]}'.`);
  const inline = given.trimStart().startsWith('{');
  return parseJson(inline ? given : await readText(given), inline ? '--pattern' : given);
}
