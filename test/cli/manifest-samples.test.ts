import { describe, expect, it } from '@jest/globals';
import { readManifest } from '../../cli/manifest.ts';
import { fieldsOf, parseYaml } from '../../cli/yaml.ts';

type Sample = {
  readonly shape: string;
  readonly manifest: string;
  /** What a Cloud Controller makes of it, in the words of the API. */
  readonly apps: readonly object[];
  /** Fields that are ignored, in their order. */
  readonly ignored?: readonly string[];
  readonly vars?: string;
};

const SAMPLES: readonly Sample[] = [
  {
    shape: 'a jar with its buildpack',
    manifest: `---
applications:
- name: shop
  memory: 768M
  random-route: true
  path: build/libs/shop.jar
  buildpacks: [java_buildpack_offline]
  env:
    JBP_CONFIG_OPEN_JDK_JRE: '{ jre: { version: 17.+ } }'
    SPRING_PROFILES_ACTIVE: cloud,batch`,
    apps: [
      {
        name: 'shop',
        path: '/samples/build/libs/shop.jar',
        spec: {
          env: [
            { name: 'JBP_CONFIG_OPEN_JDK_JRE', value: '{ jre: { version: 17.+ } }' },
            { name: 'SPRING_PROFILES_ACTIVE', value: 'cloud,batch' },
          ],
          resources: { memory: '768Mi' },
        },
      },
    ],
    ignored: ['random-route', 'buildpacks'],
  },
  {
    shape: 'a worker without a route',
    manifest: `applications:
- name: worker
  path: .
  command: "bundle exec sidekiq -c 5"
  no-route: true
  health-check-type: process
  instances: 2
  disk_quota: 1.5G`,
    apps: [
      {
        name: 'worker',
        path: '/samples',
        spec: { command: 'bundle exec sidekiq -c 5', resources: { disk: '1536Mi' } },
      },
    ],
    ignored: ['no-route', 'health-check-type', 'instances'],
  },
  {
    shape: 'an image of a registry',
    manifest: `version: 1
applications:
- name: reports
  docker: { image: registry.example/reports:1.10, username: ci }
  memory: 1gb`,
    apps: [
      { name: 'reports', spec: { image: 'registry.example/reports:1.10', resources: { memory: '1024Mi' } } },
    ],
    ignored: ['docker.username'],
  },
  {
    shape: 'two apps that share an anchor',
    manifest: `common: &common
  buildpacks: [nodejs_buildpack]
  memory: 256M
  services: [cache]
applications:
- name: front
  <<: *common
- name: back
  <<: *common
  memory: 1G`,
    apps: [
      {
        name: 'front',
        spec: { services: [{ name: 'cache', secretName: 'cache' }], resources: { memory: '256Mi' } },
      },
      {
        name: 'back',
        spec: { services: [{ name: 'cache', secretName: 'cache' }], resources: { memory: '1024Mi' } },
      },
    ],
    ignored: ['buildpacks', 'buildpacks'],
  },
  {
    shape: 'processes with one for tasks',
    manifest: `applications:
- name: billing
  command: bin/serve
  processes:
  - type: web
    instances: 3
  - type: task
    command: bin/migrate
    disk_quota: 512M`,
    apps: [{ name: 'billing', spec: { command: 'bin/migrate', resources: { disk: '512Mi' } } }],
    ignored: ['processes[0]'],
  },
  {
    shape: 'variables of stages',
    manifest: `applications:
- name: api-((stage))
  instances: ((instances))
  memory: ((memory))
  routes:
  - route: api.((domain))
  env:
    STAGE: ((stage))
    BUILD: ((build))`,
    vars: 'stage: test\nmemory: 512m\nbuild: 12e1000',
    apps: [
      {
        name: 'api-test',
        spec: {
          env: [
            { name: 'STAGE', value: 'test' },
            { name: 'BUILD', value: '12e1000' },
          ],
          resources: { memory: '512Mi' },
        },
      },
    ],
    ignored: ['instances', 'routes'],
  },
  {
    shape: 'services with parameters',
    manifest: `applications:
- name: orders
  services:
  - mysql
  - name: queue
    binding_name: events
    parameters: { role: reader }`,
    apps: [
      {
        name: 'orders',
        spec: {
          services: [
            { name: 'mysql', secretName: 'mysql' },
            { name: 'queue', secretName: 'queue' },
          ],
        },
      },
    ],
    ignored: ['services[1].binding_name', 'services[1].parameters'],
  },
  {
    shape: 'fields that are reset',
    manifest: `applications:
- name: plain
  command: null
  buildpack:
  services:
  # - mysql
  env:
  # A: b
  stack: cflinuxfs4
  timeout: 180`,
    apps: [{ name: 'plain', spec: {} }],
    ignored: ['stack', 'timeout'],
  },
  {
    shape: 'metadata and sidecars',
    manifest: `applications:
- name: 2048
  metadata:
    labels: { team: games }
  sidecars:
  - { name: proxy, process_types: [web], command: bin/proxy }
  env: { VERSION: 1.10, ENABLED: yes, ID: 175928847299117063 }`,
    apps: [
      {
        name: '2048',
        spec: {
          env: [
            { name: 'VERSION', value: '1.10' },
            { name: 'ENABLED', value: 'yes' },
            { name: 'ID', value: '175928847299117063' },
          ],
        },
      },
    ],
    ignored: ['metadata', 'sidecars'],
  },
  {
    shape: "Kf's own fields",
    manifest: `applications:
- name: tool
  docker: { image: registry.example/tool }
  entrypoint: /bin/tool
  args: [--verbose, 1.50]
  cpu: 100m
  disk-quota: 2GB
  task: true`,
    apps: [
      {
        name: 'tool',
        spec: {
          image: 'registry.example/tool',
          entrypoint: ['/bin/tool', '--verbose', '1.50'],
          resources: { cpu: '100m', disk: '2048Mi' },
        },
      },
    ],
  },
];

describe('a manifest with the shape of', () => {
  it.each(SAMPLES)(
    '$shape becomes the App of a Cloud Controller',
    ({ manifest, apps, ignored = [], vars = '' }) => {
      const variables = fieldsOf(parseYaml(vars, 'vars.yml'));
      const read = readManifest(manifest, '/samples/manifest.yml', { variables });
      expect(read.map(({ warnings, ...app }) => app)).toEqual(apps);
      expect(
        read.flatMap(({ warnings }) => warnings.map((one) => /^line \d+: (\S+)/.exec(one)?.[1])),
      ).toEqual(ignored);
    },
  );
});
