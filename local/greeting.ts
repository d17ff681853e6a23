import { quoted } from './access-files.ts';
import { REGION, USER_KEY } from './account.ts';
import type { Cloud } from './cloud.ts';
import { awsEnvironment } from './credentials.ts';
import { portOf } from './http-server.ts';
import type { StartOptions } from './start-options.ts';

/** Port of the HTTP API unless it is taken. */
export const DEFAULT_PORT = 8080;

/** Facts of a start that its first lines tell. */
export type Started = Pick<StartOptions, 'port'> & {
  /** Space that is open from the start. Absent: those of a real cluster. */
  readonly space?: string | undefined;
  /** Lines that describe the cluster. */
  readonly lines: readonly string[];
  /** Folder that keeps its state. Absent: nothing is kept. */
  readonly data?: { readonly folder: string; readonly isNew: boolean } | undefined;
  /** Number of tasks that were running when it last stopped. */
  readonly lost: number;
};

/** Variables by which taskbridge, kubectl, aws and the tools of this repository reach the cloud. */
export const variablesOf = (
  { url, credentials, eventBridge, deadLetters }: Cloud,
  { space }: Pick<Started, 'space'>,
): Readonly<Record<string, string>> => ({
  TASKBRIDGE_URL: url,
  ...(space === undefined ? {} : { TASKBRIDGE_SPACE: space }),
  TASKBRIDGE_TOKEN: credentials.token,
  ...awsEnvironment(credentials.keyOf(USER_KEY)),
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_ENDPOINT_URL_EVENTBRIDGE: eventBridge.url,
  AWS_ENDPOINT_URL_SQS: deadLetters.queueUrl,
  AWS_ENDPOINT_URL_LAMBDA: deadLetters.lambdaUrl,
});

/** Says what a stop leaves. */
function keepingOf({ data, space, lost }: Started): string {
  const state = space === undefined ? 'rules and pushed sources' : 'apps, jobs and tasks';
  if (data === undefined) {
    const gone = space === undefined ? 'Rules and pushed sources are' : 'All that it holds is';
    return `${gone} gone when it stops. To keep ${state}: npm start -- --data DIR`;
  }
  const kept = `It keeps ${state} in ${data.folder}${data.isNew ? ', which is new' : ''}.`;
  if (lost === 0) return kept;
  const [tasks, they] = lost === 1 ? ['task was', 'It has'] : ['tasks were', 'They have'];
  return `${kept} ${lost} ${tasks} running when it last stopped.
${they} failed with the reason Unknown, since nobody saw the end; logs are kept.`;
}

/** Says that the usual port was not free. */
const portLine = (port: number, { port: given, data }: Started): string => {
  if (given !== undefined || port === DEFAULT_PORT) return '';
  return data === undefined || data.isNew
    ? `Port ${DEFAULT_PORT} is taken: this one listens on ${port}.\n`
    : `It listens on port ${port}.\n`;
};

/** Lines that a start prints once it is ready. `env`: path of the file that exports the variables. */
export function greetingOf(cloud: Cloud, started: Started, env: string): string {
  const { url, consoleUrl, eventBridge, deadLetters } = cloud;
  const { space, lines } = started;
  return `Taskbridge is ready (${(performance.now() / 1000).toFixed(1)} s).
${keepingOf(started)}
${portLine(portOf(url), started)}
  Console     ${consoleUrl}
  HTTP API    ${url}, documented at ${url}/docs and ${url}/openapi.json
${lines.join('\n')}
  EventBridge ${eventBridge.url}
  SQS, Lambda ${deadLetters.queueUrl}, ${deadLetters.lambdaUrl}, for dead letters: docs/events.md

Only its user may use it: the console's link holds a secret, and the file of the first line below holds the others. It
exports TASKBRIDGE_URL, TASKBRIDGE_TOKEN, KUBECONFIG, AWS_ENDPOINT_URL_EVENTBRIDGE, AWS_DEFAULT_REGION and the like. Push an
app and run a task, in another terminal in this folder:

  . ${quoted(env)}
${space === undefined ? '  export TASKBRIDGE_SPACE=NAMESPACE\n' : ''}  npx taskbridge push hello -o busybox:1.36
  npx taskbridge run-task hello -c 'echo Hello from $(hostname)' --wait

In the same terminal, a job and other programs:

  npx taskbridge create-job hello tick date -s '* * * * *'
  kubectl get apps.taskbridge.dev,jobs.taskbridge.dev,pipelineruns -n ${space ?? '$TASKBRIDGE_SPACE'}
  aws events list-rules
  echo "Authorization: Bearer $TASKBRIDGE_TOKEN" | curl -H @- $TASKBRIDGE_URL/v1/spaces

Press Ctrl-C to stop.`;
}
