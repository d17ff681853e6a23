/**
 * Flag of `cf` or Kf for a verb, or for all verbs (`*`): what happens to it, and what that means here. A `taken` one is the
 * flag named last. docs/flags.md has the same table.
 */
export type CfFlag = readonly [verb: string, ...Meaning];
type Meaning = [flags: string, use: 'taken' | 'ignored' | 'refused', meaning: string];

const ROUTE = 'tasks have no routes';
const HEALTH = 'a task has no health check; its exit code tells how it ended';
const ROLLOUT = 'nothing is rolled out; the next task has the new settings';
const LOG_RATE = 'logs have no rate limit';
const RETRIES = 'requests are always retried';
const ASYNC = 'the request is answered at once';
const STATS = 'an app has no instances to ask';
const LABELS = 'lists have no selector of labels; choose from -o json';
const TEMPLATE = 'use -o json, and jq to choose fields';
const CLUSTER = 'requests go to Taskbridge, not to the cluster; use --url and --space';

const RESOURCES = ['run-task', 'create-job', 'update-job', 'run-job'];
const LISTS = ['apps', 'spaces', 'tasks', 'jobs'];
const DELETIONS = ['delete', 'delete-job', 'terminate-task'];

const ofEach = (verbs: readonly string[], ...flag: Meaning): CfFlag[] => verbs.map((verb) => [verb, ...flag]);

/** Flags of cf 6 to 8, of the Scheduler plug-ins and of Kf that no verb here declares itself. */
export const CF_FLAGS: readonly CfFlag[] = [
  ['push', '--start-command <text>', 'taken', 'command'],
  ['push', '--memory <size>', 'taken', 'memory-limit'],
  ['push', '--disk <size>', 'taken', 'disk-quota'],
  ['push', '--hostname, -n <host>', 'ignored', ROUTE],
  ['push', '--no-hostname', 'ignored', ROUTE],
  ['push', '--no-route', 'ignored', ROUTE],
  ['push', '--random-route', 'ignored', ROUTE],
  ['push', '--route <route>', 'ignored', ROUTE],
  ['push', '--route-path <path>', 'ignored', ROUTE],
  ['push', '--app-ports <ports>', 'ignored', ROUTE],
  ['push', '-d, --domain <domain>', 'ignored', ROUTE],
  ['push', '-u, --health-check-type <type>', 'ignored', HEALTH],
  ['push', '--health-check-http-endpoint <path>', 'ignored', HEALTH],
  ['push', '--endpoint <path>', 'ignored', HEALTH],
  [
    'push',
    '-t, --app-start-timeout <seconds>',
    'ignored',
    'it limits the start of a server; use --task-timeout',
  ],
  ['push', '--timeout <seconds>', 'ignored', 'it limits the start of a server; use --task-timeout'],
  ['push', '-i, --instances <number>', 'ignored', 'each task is one instance'],
  ['push', '--no-start', 'ignored', 'a push starts nothing; run-task does'],
  ['push', '--strategy <strategy>', 'ignored', ROLLOUT],
  ['push', '--max-in-flight <number>', 'ignored', ROLLOUT],
  ['push', '--instance-steps <steps>', 'ignored', ROLLOUT],
  [
    'push',
    '-b, --buildpack <buildpack>',
    'ignored',
    'the builder chooses the buildpacks; use --build-env for its settings',
  ],
  ['push', '-s, --stack <stack>', 'ignored', 'the image has its own system'],
  ['push', '--lifecycle <type>', 'ignored', '--docker-image and --path tell what is run'],
  ['push', '-l, --log-rate-limit <limit>', 'ignored', LOG_RATE],
  [
    'push',
    '--docker-username <name>',
    'ignored',
    'nodes pull with the imagePullSecrets of the service account',
  ],
  ['push', '--container-registry <registry>', 'ignored', 'builds push to the repository of the stage'],
  ['push', '--redact-env', 'ignored', 'no value of a variable is printed'],
  ['push', '--dockerfile <path>', 'refused', 'build the image, and use --docker-image IMAGE'],
  ['push', '--droplet <path>', 'refused', 'use --path for a source, or --docker-image for an image'],
  ['push', '--args <text>', 'refused', 'use --entrypoint for the program and again for each argument'],
  ['push', '--app-suffix <text>', 'refused', 'write the whole name of the app'],
  ...ofEach(RESOURCES, '--memory <size>', 'taken', 'memory-limit'),
  ...ofEach(RESOURCES, '--disk <size>', 'taken', 'disk-quota'),
  ['run-task', '-l, --log-rate-limit <limit>', 'ignored', LOG_RATE],
  ['logs', '--number <lines>', 'taken', 'tail'],
  ['target', '--target-space <space>', 'taken', 's'],
  ['target', '-o <org>', 'ignored', 'there are no orgs'],
  ...ofEach(['app', 'apps'], '--no-stats', 'ignored', STATS),
  ['app', '--guid', 'refused', 'an app is known by its name; see its fields with -o json'],
  ...ofEach(LISTS, '--labels <selector>', 'refused', LABELS),
  ...ofEach(LISTS, '--template <text>', 'refused', TEMPLATE),
  ['delete', '-r', 'ignored', ROUTE],
  ...ofEach(['delete', 'delete-job'], '--async', 'ignored', ASYNC),
  ...ofEach(DELETIONS, '--retries <number>', 'ignored', RETRIES),
  ...ofEach(DELETIONS, '--retry-delay <time>', 'ignored', RETRIES),
  ['*', '--kubeconfig <file>', 'refused', CLUSTER],
  ['*', '--config <file>', 'refused', 'use --url and --space, or set XDG_CONFIG_HOME'],
  ['*', '--as <user>', 'refused', 'requests have the rights of your own credentials'],
  ['*', '--as-group <group>', 'refused', 'requests have the rights of your own credentials'],
  ['*', '--log-http', 'ignored', 'requests are not logged'],
];
