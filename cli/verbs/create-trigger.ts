import { readFile } from 'node:fs/promises';
import { type Condition, Job } from '../../client/answers.ts';
import { messageOf, UsageError } from '../errors.ts';
import { present } from '../flags.ts';
import type { Verb } from '../verb.ts';

export const createTrigger: Verb = {
  name: 'create-trigger',
  group: 'Jobs',
  summary: 'let a job run for each event that matches a pattern',
  more: 'A job has one trigger: another one takes its place. The task finds the event in the file $TASKBRIDGE_EVENT_FILE.',
  args: [{ name: '<job>', what: 'the job' }],
  flags: [
    {
      flags: '-p, --pattern <json>',
      what: "a pattern of EventBridge's language, or a file that holds one",
    },
    {
      flags: '--bus <bus>',
      what: "the account's default bus (unless given), or the service's own",
      choices: ['default', 'service'],
    },
  ],
  examples: [
    [
      `create-trigger report --pattern '{"source":["aws.s3"],"detail":{"object":{"key":[{"prefix":"in/"}]}}}'`,
      'each file that lands in in/',
    ],
    ['create-trigger report --bus service --pattern pattern.json', "an event on the service's own bus"],
  ],
  run: async ({ client, screen }, given) => {
    const name = given.argument(0);
    const { value: job } = await client.ask(Job, {
      method: 'PUT',
      path: ['jobs', name, 'trigger'],
      body: present({ pattern: await patternOf(given.text('pattern')), bus: given.text('bus') }),
    });
    const bus = job.trigger?.bus === 'service' ? "the service's own bus" : 'the default bus';
    screen.line(
      `Job ${name} runs for each event on ${bus} that matches ${JSON.stringify(job.trigger?.pattern)}.`,
    );
    if (job.suspend === true) screen.line(`It is suspended: "taskbridge resume-job ${name}" lets it run.`);
    const missing = job.conditions.find(isMissing);
    if (missing !== undefined) screen.warn(`no event reaches it yet: ${missing.message}`);
    return undefined;
  },
};

const isMissing = ({ type, status }: Condition): boolean => type === 'Triggered' && status !== 'True';

/** A text that begins as an object is the pattern itself, any other one the file that holds it. */
async function patternOf(given: string | undefined): Promise<unknown> {
  if (given === undefined)
    throw new UsageError(`Give --pattern JSON or FILE, such as --pattern '{"source":["aws.s3"]}'.`);
  const inline = given.trimStart().startsWith('{');
  const text = inline
    ? given
    : await readFile(given, 'utf8').catch((error: unknown) => {
        throw new UsageError(`--pattern: ${messageOf(error)}`);
      });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${inline ? '--pattern' : given} is no JSON: ${messageOf(error)}`);
  }
}
