/** Variables that name so many different objects. */
const namesFrom = (count: number, kind: 'secretKeyRef' | 'configMapKeyRef') =>
  Array.from({ length: count }, (_, index) => ({
    name: `V_${index}`,
    valueFrom: { [kind]: { name: `object-${index}`, key: 'k' } },
  }));

/** Invalid apps: a title, the fields besides the image, and the start of the error message. */
export const BAD_FIELDS: readonly (readonly [situation: string, fields: object, problem: string])[] = [
  ['an image with a space', { image: 'a b' }, 'image: "a b" is not allowed: an image such as'],
  ['an image with a variable', { image: 'a:$(params.x)' }, 'image: "a:$(params.x)" is not allowed'],
  [
    'an image without a path',
    { image: 'UPPER/..//:@' },
    'image: "UPPER/..//:@" is not allowed: an image such as registry/billing:1 or registry.example:5000/team/billing@',
  ],
  ['an empty entrypoint', { entrypoint: [] }, 'entrypoint: It is empty: leave it out, or name a program.'],
  ['an entrypoint that is a text', { entrypoint: '/bin/sh' }, 'entrypoint: "/bin/sh" is not a list.'],
  ['an empty command', { command: '' }, 'command: It is empty: leave it out, or write a command.'],
  ['a command of spaces', { command: ' \n' }, 'command: It is empty'],
  ['a command that is a number', { command: 7 }, 'command: 7 is not a text.'],
  ['a command with NUL', { command: 'a\0b' }, 'command: It holds a NUL character, which no argument can.'],
  ['half a surrogate pair', { command: 'echo \ud83c' }, 'command: It holds half of a surrogate pair'],
  [
    'a command longer than the kernel takes',
    { command: '한'.repeat(22_000) },
    'command: 66000 bytes; at most 65536 are allowed.',
  ],

  [
    'the name A=B',
    { env: [{ name: 'A=B', value: '' }] },
    'env[0].name: "A=B" is not allowed: letters, digits',
  ],
  [
    'a name that begins with a digit',
    { env: [{ name: '1A', value: '' }] },
    'env[0].name: "1A" is not allowed',
  ],
  ['an empty name', { env: [{ name: '', value: '' }] }, 'env[0].name: "" is not allowed'],
  [
    'a name of ours',
    { env: [{ name: 'TASKBRIDGE_COMMAND', value: '' }] },
    'env[0].name: Names that begin with TASKBRIDGE_ are reserved for Taskbridge.',
  ],
  [
    'two entries of one name',
    {
      env: [
        { name: 'A', value: '1' },
        { name: 'A', value: '2' },
      ],
    },
    'env: "A" is there twice; give each name once.',
  ],
  ['a value that is a number', { env: [{ name: 'A', value: 1 }] }, 'env[0].value: 1 is not a text.'],
  ['a value with NUL', { env: [{ name: 'A', value: '\0' }] }, 'env[0].value: It holds a NUL character'],
  [
    'value and valueFrom',
    { env: [{ name: 'A', value: '', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] },
    'env[0]: Give value or valueFrom, not both.',
  ],
  [
    '51 different Secrets',
    { env: namesFrom(51, 'secretKeyRef') },
    'env: More than 50 different Secrets, with those of services; at most 50 are allowed.',
  ],
  [
    '51 different Secrets of variables and services',
    { env: namesFrom(50, 'secretKeyRef'), services: [{ name: 'mail', secretName: 'mail' }] },
    'env: More than 50 different Secrets, with those of services; at most 50 are allowed.',
  ],
  [
    '51 different ConfigMaps',
    { env: namesFrom(51, 'configMapKeyRef') },
    'env: More than 50 different ConfigMaps; at most 50 are allowed.',
  ],
  [
    'valueFrom without a source',
    { env: [{ name: 'A', valueFrom: {} }] },
    'env[0].valueFrom: Give just one of secretKeyRef, configMapKeyRef and fieldRef.',
  ],
  [
    'valueFrom with two sources',
    {
      env: [
        {
          name: 'A',
          valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' }, secretKeyRef: { name: 's', key: 'k' } },
        },
      ],
    },
    'env[0].valueFrom: Give just one of',
  ],
  [
    'a field path that Tekton would replace',
    { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: "metadata.labels['$(params.x)']" } } }] },
    'env[0].valueFrom.fieldRef.fieldPath:',
  ],
  [
    'a field path that no variable can have',
    { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.foo' } } }] },
    'env[0].valueFrom.fieldRef.fieldPath: "spec.foo" is not allowed: one of metadata.name, metadata.namespace, meta',
  ],
  [
    'a source of another kind',
    { env: [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } }] },
    'env[0].valueFrom.resourceFieldRef: Unknown field; allowed: secretKeyRef, configMapKeyRef, fieldRef.',
  ],
  ['a list that is an object', { env: { A: 'b' } }, 'env: {"A":"b"} is not a list.'],

  ['a service without a Secret', { services: [{ name: 'orders' }] }, 'services[0].secretName: Missing.'],
  [
    'a Secret with a path',
    { services: [{ name: 'orders', secretName: '../x' }] },
    'services[0].secretName: "../x" is not allowed',
  ],
  [
    'two services of one name',
    {
      services: [
        { name: 'orders', secretName: 'a' },
        { name: 'orders', secretName: 'b' },
      ],
    },
    'services: "orders" is there twice; give each name once.',
  ],

  [
    'memory: 12Q',
    { resources: { memory: '12Q' } },
    'resources.memory: "12Q" is not a size: write 256M or 1G',
  ],
  ['cpu: -1', { resources: { cpu: '-1' } }, 'resources.cpu: "-1" is not a number of processors'],
  [
    'another resource',
    { resources: { tpu: 1 } },
    'resources.tpu: Unknown field; allowed: cpu, memory, disk, gpu.',
  ],
  ['no GPU', { resources: { gpu: 0 } }, 'resources.gpu: 0 is not allowed: a whole number from 1 to 64.'],
  ['65 GPUs', { resources: { gpu: 65 } }, 'resources.gpu: 65 is not allowed: a whole number from 1 to 64.'],
  ['half a GPU', { resources: { gpu: 0.5 } }, 'resources.gpu: 0.5 is not allowed'],
  [
    'placement of another field',
    { placement: { affinity: {} } },
    'placement.affinity: Unknown field; allowed: nodeSel',
  ],
  [
    'a toleration of every taint',
    { placement: { tolerations: [{ operator: 'Exists', effect: 'NoExecute' }] } },
    'placement.tolerations[0].key: Missing.',
  ],
  [
    'a toleration of every effect',
    { placement: { tolerations: [{ key: 'spot', operator: 'Exists' }] } },
    'placement.tolerations[0].effect: Missing.',
  ],
  [
    'a toleration that lacks a known effect',
    { placement: { tolerations: [{ key: 'spot', effect: 'noschedule' }] } },
    'placement.tolerations[0].effect: "noschedule" is not allowed: NoSchedule, PreferNoSchedule, NoExecute.',
  ],
  [
    'a toleration of all values and one',
    { placement: { tolerations: [{ key: 'a', operator: 'Exists', value: 'b', effect: 'NoSchedule' }] } },
    'placement.tolerations[0].value: Exists tolerates every value',
  ],
  [
    '21 tolerations',
    { placement: { tolerations: Array(21).fill({ key: 'a', effect: 'NoSchedule' }) } },
    'placement.tolerations: 21 entries; at most 20 are allowed.',
  ],
  [
    'a node label with a slash too many',
    { placement: { nodeSelector: { 'a/b/c': 'd' } } },
    'placement.nodeSelector.a/b/c: "a/b/c" is not allowed: a key of Kubernetes',
  ],
  [
    'a value of a node label with a comma',
    { placement: { nodeSelector: { pool: 'a,b' } } },
    'placement.nodeSelector.pool: "a,b" is not allowed: letters, digits',
  ],
  [
    '21 node labels',
    {
      placement: { nodeSelector: Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`a${at}`, 'b'])) },
    },
    'placement.nodeSelector: 21 entries; at most 20 are allowed.',
  ],
  [
    'a priority class with capitals',
    { placement: { priorityClassName: 'High' } },
    'placement.priorityClassName: "High" is not allowed',
  ],
  ['a timeout in days', { taskTimeout: '1d' }, 'taskTimeout: "1d" is not a length of time'],
  [
    'a timeout of a century',
    { taskTimeout: '999999h' },
    'taskTimeout: "999999h" is too long: at most 999999999s are allowed.',
  ],
  ['maxRunning: 0', { maxRunning: 0 }, 'maxRunning: 0 is not allowed: a whole number from 1 to 100000.'],
  ['maxRunning as a text', { maxRunning: '3' }, 'maxRunning: "3" is not allowed: a whole number'],
  ['a service account with capitals', { serviceAccountName: 'Admin' }, 'serviceAccountName: "Admin" is not'],
  ['a security group with a slash', { securityGroups: ['a/b'] }, 'securityGroups[0]: "a/b" is not allowed'],

  [
    'a label of ours',
    { labels: { 'taskbridge.dev/app': 'x' } },
    'labels.taskbridge.dev/app: Labels of taskbr',
  ],
  [
    'a security group by its label',
    { labels: { 'security-group.taskbridge.dev/db': 'true' } },
    'labels.security-group.taskbridge.dev/db: Labels of taskbridge.dev, tekton.dev, kubernetes.io, k8s.io and',
  ],
  [
    'a label of Kubernetes',
    { labels: { 'app.kubernetes.io/name': 'x' } },
    'labels.app.kubernetes.io/name: Lab',
  ],
  [
    'a label of Tekton',
    { labels: { 'tekton.dev/pipelineRun': 'x' } },
    'labels.tekton.dev/pipelineRun: Labels',
  ],
  ['a label key with two slashes', { labels: { 'a/b/c': 'x' } }, 'labels.a/b/c: "a/b/c" is not allowed'],
  [
    'a label named __proto__',
    { labels: JSON.parse('{"__proto__":"x"}') },
    'labels.__proto__: "__proto__" is not allowed: a Kubernetes label key',
  ],
  ['labels that are a list', { labels: ['a'] }, 'labels: ["a"] is not an object.'],
  ['a label value that is a number', { labels: { constructor: 7 } }, 'labels.constructor: 7 is not a text.'],
  ['a label value with a space', { labels: { team: 'a b' } }, 'labels.team: "a b" is not allowed'],
  ['a label value of 64 characters', { labels: { team: 'a'.repeat(64) } }, 'labels.team: "aaaa'],

  [
    'a misspelt field',
    { comand: 'x' },
    'comand: Unknown field; allowed: image, source, workspace, entrypoint, command, env,',
  ],
  ['the field "constructor"', { constructor: 'x' }, 'constructor: Unknown field; allowed: image,'],
  ['the field "__proto__"', JSON.parse('{"__proto__":{"image":"a"}}'), '__proto__: Unknown field; allowed:'],
  ['the field "toString"', { toString: 'x' }, 'toString: Unknown field; allowed: image,'],
];
