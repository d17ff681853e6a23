import * as v from 'valibot';
import type { Sent } from './identity-request.ts';

const VERBS: Readonly<Record<string, readonly [ofOne: string, ofAll: string]>> = {
  GET: ['get', 'list'],
  POST: ['create', 'create'],
  PUT: ['write', ''],
  PATCH: ['write', ''],
  DELETE: ['delete', 'deletecollection'],
};

/** Right that a request needs: `get /pods/log`. An update and a patch are both `write`. */
export function rightOf({ method, path }: Sent): string {
  const [, group = '', plural, name, subresource] =
    /^\/apis?(?:\/([^/]+\.[^/]+))?\/v\w+\/(?:namespaces\/[^/]+\/)?([^/]+)(?:\/([^/]+)(?:\/([^/]+))?)?$/.exec(
      path,
    ) ?? [];
  const [ofOne, ofAll] = VERBS[method] ?? [];
  return `${name === undefined ? ofAll : ofOne} ${[group, plural, ...(subresource ? [subresource] : [])].join('/')}`;
}

const Rights = v.object({
  status: v.object({
    incomplete: v.literal(false),
    resourceRules: v.array(
      v.object({
        verbs: v.array(v.string()),
        apiGroups: v.array(v.string()),
        resources: v.array(v.string()),
      }),
    ),
  }),
});

/** Rights that the API server says that its caller has in a namespace, but for questions about these. */
export const rightsIn = (text: string): readonly string[] =>
  v
    .parse(Rights, JSON.parse(text))
    .status.resourceRules.flatMap(({ verbs, apiGroups, resources }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) =>
          verbs.map((verb) => `${/^(update|patch)$/.test(verb) ? 'write' : verb} ${group}/${resource}`),
        ),
      ),
    )
    .filter((right) => !/^create auth\w+\.k8s\.io\/selfsubject/.test(right));
