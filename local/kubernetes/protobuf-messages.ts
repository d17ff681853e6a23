/** Type of a field; in brackets: repeated. `texts` and `base64s` are maps, whose values are texts and bytes. */
export type Field =
  | 'text'
  | 'bytes'
  | 'number'
  | 'boolean'
  | 'texts'
  | 'base64s'
  | Message
  | readonly [Field];

/** Names and types of a message's fields, by the numbers of generated.proto in k8s.io/api. */
export type Message = { readonly [number: number]: readonly [name: string, field: Field] };

/** Fields of the metadata that kubectl sets when it creates an object. */
const METADATA: Message = {
  1: ['name', 'text'],
  2: ['generateName', 'text'],
  3: ['namespace', 'text'],
  11: ['labels', 'texts'],
  12: ['annotations', 'texts'],
};

const NAME: Message = { 1: ['name', 'text'] };

/** Message of an object: its metadata is field 1. */
const object = (fields: Message): Message => ({ 1: ['metadata', METADATA], ...fields });

const RULES: readonly [string, Field] = [
  'rules',
  [
    {
      1: ['verbs', ['text']],
      2: ['apiGroups', ['text']],
      3: ['resources', ['text']],
      4: ['resourceNames', ['text']],
      5: ['nonResourceURLs', ['text']],
    },
  ],
];

const SELECTOR: Message = { 1: ['matchLabels', 'texts'] };

const BINDING = object({
  2: [
    'subjects',
    [{ 1: ['kind', 'text'], 2: ['apiGroup', 'text'], 3: ['name', 'text'], 4: ['namespace', 'text'] }],
  ],
  3: ['roleRef', { 1: ['apiGroup', 'text'], 2: ['kind', 'text'], 3: ['name', 'text'] }],
});

const ATTRIBUTES: Message = {
  1: ['namespace', 'text'],
  2: ['verb', 'text'],
  3: ['group', 'text'],
  4: ['version', 'text'],
  5: ['resource', 'text'],
  6: ['subresource', 'text'],
  7: ['name', 'text'],
};

/** Messages of the objects that kubectl sends as protobuf, by kind. */
export const MESSAGES: Readonly<Record<string, Message>> = {
  Namespace: object({}),
  Secret: object({
    2: ['data', 'base64s'],
    3: ['type', 'text'],
    4: ['stringData', 'texts'],
    5: ['immutable', 'boolean'],
  }),
  ConfigMap: object({ 2: ['data', 'texts'], 3: ['binaryData', 'base64s'], 4: ['immutable', 'boolean'] }),
  ServiceAccount: object({
    2: ['secrets', [{ 3: ['name', 'text'] }]],
    3: ['imagePullSecrets', [NAME]],
    4: ['automountServiceAccountToken', 'boolean'],
  }),
  Role: object({ 2: RULES }),
  ClusterRole: object({ 2: RULES, 3: ['aggregationRule', { 1: ['clusterRoleSelectors', [SELECTOR]] }] }),
  RoleBinding: BINDING,
  ClusterRoleBinding: BINDING,
  TokenRequest: object({ 2: ['spec', { 4: ['expirationSeconds', 'number'] }] }),
  SelfSubjectReview: object({}),
  SelfSubjectRulesReview: object({ 2: ['spec', { 1: ['namespace', 'text'] }] }),
  SelfSubjectAccessReview: object({
    2: [
      'spec',
      {
        1: ['resourceAttributes', ATTRIBUTES],
        2: ['nonResourceAttributes', { 1: ['path', 'text'], 2: ['verb', 'text'] }],
      },
    ],
  }),
};
