/** Names of containers and of Tekton's objects in messages, and what replaces them. */
const INTERNAL: readonly (readonly [name: RegExp, text: string])[] = [
  [/^\[User error\] /, ''],
  // The kubelet and the PodSecurity admission list containers in brackets.
  [/ \((?:pod|containers?)[: ][^()]{0,200}(?:\([^()]{0,200}\))?[^()]{0,200}\)/g, ''],
  [/(?:\b[Cc]ontainers? |\b(?:build )?step )?"?\bstep-user-container\b"?/g, 'the command'],
  [/(?:\bthe )?\bstep "user-container"/g, 'the command'],
  [/"(?:step|sidecar)-([a-z0-9-]{1,63})"/g, 'step $1'],
  [/\b(?:PipelineRun|TaskRun)(?: "[^"]{1,63}")?/g, 'the task'],
];

/** Text of Tekton or Kubernetes for users, to whom a task has no steps and no containers. */
export const withoutTektonNames = (text: string): string =>
  INTERNAL.reduce((cleaned, [name, words]) => cleaned.replace(name, words), text).trim();
