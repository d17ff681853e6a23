/** Attribute of a manifest: what happens to it, and what that means here. docs/manifests.md has the same table. */
type Attribute = readonly [use: 'taken' | 'ignored' | 'refused', meaning: string];

const ROUTE: Attribute = ['ignored', 'tasks have no routes'];
const HEALTH: Attribute = ['ignored', 'a task has no health check; its exit code tells how it ended'];
const INSTANCES: Attribute = ['ignored', 'each task is one instance'];
const STACK: Attribute = ['ignored', 'the image has its own system'];
const LOG_RATE: Attribute = ['ignored', 'logs have no rate limit'];
const START: Attribute = ['ignored', 'it limits the start of a server; use --task-timeout for tasks'];
const BUILDPACK: Attribute = [
  'ignored',
  'the builder chooses the buildpacks; use --build-env for its settings',
];
const COMMAND: Attribute = ['taken', 'the default start command'];
const MEMORY: Attribute = ['taken', 'the memory limit'];
const DISK: Attribute = ['taken', 'the disk limit'];

/** Attributes of Cloud Foundry and Kf by their path. `-` in a name is `_` too. */
export const ATTRIBUTES: ReadonlyMap<string, Attribute> = new Map<string, Attribute>([
  ['name', ['taken', 'the name of the app; push NAME replaces it where the file has one app']],
  ['docker', ['taken', 'a map of the fields below']],
  ['docker.image', ['taken', 'the image of the tasks']],
  ['docker.username', ['ignored', 'nodes pull with the imagePullSecrets of the service account']],
  ['path', ['taken', 'the source to build, relative to the manifest']],
  ['command', COMMAND],
  ['env', ['taken', 'the variables; each value is the text as written']],
  ['memory', MEMORY],
  ['disk-quota', DISK],
  ['cpu', ['taken', "Kf's: the CPU cores"]],
  ['gpu', ['taken', "Taskbridge's: the GPUs of a task"]],
  ['node-selector', ['taken', "Taskbridge's: a map of the labels that the node of a task must have"]],
  [
    'tolerations',
    ['taken', "Taskbridge's: taints to tolerate, KEY=VALUE:EFFECT, or KEY:EFFECT for any value"],
  ],
  ['priority-class', ['taken', "Taskbridge's: the priority class of the pods"]],
  ['runtime-class', ['taken', "Taskbridge's: the runtime class of the pods"]],
  ['entrypoint', ['taken', "Kf's: the program that runs the command"]],
  ['args', ['taken', "Kf's: arguments of the entrypoint, before the command"]],
  ['task', ['taken', "Kf's: every app runs tasks here"]],
  ['services', ['taken', 'names, each with a Secret of the same name']],
  ['services.name', ['taken', 'the name of the service and its Secret']],
  ['services.binding-name', ['ignored', 'a binding has the name of its service']],
  ['services.parameters', ['ignored', 'no broker is asked; the Secret has what the binding needs']],
  ['jobs', ['taken', "Taskbridge's: the jobs of the app, as below"]],
  ['processes', ['taken', 'the process of type task overrides the app; other types are ignored']],
  ['processes.type', ['taken', 'task is the type that is read']],
  ['processes.command', COMMAND],
  ['processes.memory', MEMORY],
  ['processes.disk-quota', DISK],
  ['processes.health-check-http-endpoint', HEALTH],
  ['processes.health-check-interval', HEALTH],
  ['processes.health-check-invocation-timeout', HEALTH],
  ['processes.health-check-type', HEALTH],
  ['processes.readiness-health-check-http-endpoint', HEALTH],
  ['processes.readiness-health-check-interval', HEALTH],
  ['processes.readiness-health-check-invocation-timeout', HEALTH],
  ['processes.readiness-health-check-type', HEALTH],
  ['processes.instances', INSTANCES],
  ['processes.log-rate-limit-per-second', LOG_RATE],
  ['processes.timeout', START],
  ['buildpack', BUILDPACK],
  ['buildpacks', BUILDPACK],
  ['default-route', ROUTE],
  ['domain', ROUTE],
  ['domains', ROUTE],
  ['host', ROUTE],
  ['hosts', ROUTE],
  ['no-hostname', ROUTE],
  ['no-route', ROUTE],
  ['random-route', ROUTE],
  ['routes', ROUTE],
  ['features', ['ignored', 'tasks have no ssh and no revisions']],
  ['health-check-http-endpoint', HEALTH],
  ['health-check-interval', HEALTH],
  ['health-check-invocation-timeout', HEALTH],
  ['health-check-type', HEALTH],
  ['readiness-health-check-http-endpoint', HEALTH],
  ['readiness-health-check-interval', HEALTH],
  ['readiness-health-check-invocation-timeout', HEALTH],
  ['readiness-health-check-type', HEALTH],
  ['instances', INSTANCES],
  ['lifecycle', ['ignored', 'docker and path tell what is run']],
  ['log-rate-limit-per-second', LOG_RATE],
  ['metadata', ['ignored', 'use --label for labels of the pods']],
  ['sidecars', ['ignored', 'a task runs alone; start the other program in its command']],
  ['stack', STACK],
  ['timeout', START],
  ['dockerfile', ['ignored', 'images are built by buildpacks; use docker.image for one of a Dockerfile']],
  ['build', ['ignored', 'images are built by buildpacks; use --build-env for their settings']],
  ['ports', ROUTE],
  ['inherit', ['refused', 'write the fields of the other file here; variables take what differs']],
]);
