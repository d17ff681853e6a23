import { openApiDocument, openApiIndex } from './open-api.ts';
import type { Registry } from './registry.ts';
import { apiVersionOf, type ResourceType } from './resource-type.ts';

const VERSION = { major: '1', minor: '34', gitVersion: 'v1.34.4', platform: 'embedded' };

/** Media type of aggregated discovery, which kubectl uses since 1.26. */
export const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Response to GET of a discovery or version path, or a promise of it; `undefined` for any other path. */
export function discover(registry: Registry, pathname: string, aggregated: boolean): unknown {
  const types = registry.all();
  const [root, group, version, ...rest] = pathname.split('/').slice(1);
  if (pathname === '/version') return VERSION;
  if (pathname === '/api')
    return aggregated ? aggregate(types, true) : { kind: 'APIVersions', versions: ['v1'] };
  if (pathname === '/apis') return aggregated ? aggregate(types, false) : groupList(types);
  if (pathname === '/api/v1') return resourceList('v1', types);
  if (pathname === '/openapi/v3') return openApiIndex(types);
  if (pathname.startsWith('/openapi/v3/'))
    return openApiDocument(pathname.slice('/openapi/v3/'.length), types);
  if (root !== 'apis' || group === undefined || rest.length > 0) return undefined;
  if (version === undefined) return groupList(types).groups.find(({ name }) => name === group);
  return resourceList(`${group}/${version}`, types);
}

const ofVersion = (apiVersion: string, types: readonly ResourceType[]) =>
  types.filter((type) => apiVersionOf(type) === apiVersion);

const apiVersions = (types: readonly ResourceType[]) => [...new Set(types.map(apiVersionOf))];

function resourceList(groupVersion: string, types: readonly ResourceType[]): unknown {
  const found = ofVersion(groupVersion, types);
  if (found.length === 0) return undefined;
  const resources = found.flatMap(({ plural, singular, namespaced, kind, verbs, ...type }) => [
    {
      name: plural,
      singularName: singular,
      namespaced,
      kind,
      verbs,
      shortNames: type.shortNames,
      categories: type.categories,
    },
    ...Object.entries(type.subresources).map(([name, subVerbs]) => ({
      name: `${plural}/${name}`,
      singularName: '',
      namespaced,
      kind: name === 'token' ? 'TokenRequest' : kind,
      verbs: subVerbs,
    })),
  ]);
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources };
}

function groupList(types: readonly ResourceType[]) {
  const groups = types
    .filter(({ group }) => group !== '')
    .map((type) => ({ name: type.group, groupVersion: apiVersionOf(type), version: type.version }))
    .filter(({ name }, index, all) => all.findIndex((other) => other.name === name) === index)
    .map(({ name, ...version }) => ({ name, versions: [version], preferredVersion: version }));
  return { kind: 'APIGroupList', apiVersion: 'v1', groups };
}

function aggregate(types: readonly ResourceType[], core: boolean) {
  const versions = apiVersions(types.filter(({ group }) => (group === '') === core));
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: versions.map((apiVersion) => {
      const found = ofVersion(apiVersion, types);
      return {
        metadata: core ? {} : { name: found[0]?.group },
        versions: [{ version: found[0]?.version, freshness: 'Current', resources: found.map(described) }],
      };
    }),
  };
}

const described = ({ group, version, kind, plural, singular, namespaced, ...type }: ResourceType) => ({
  resource: plural,
  responseKind: { group, version, kind },
  scope: namespaced ? 'Namespaced' : 'Cluster',
  singularResource: singular,
  verbs: type.verbs,
  shortNames: type.shortNames,
  categories: type.categories,
  subresources: Object.entries(type.subresources).map(([subresource, verbs]) => ({
    subresource,
    responseKind: { group, version, kind: subresource === 'token' ? 'TokenRequest' : kind },
    verbs,
  })),
});
