/*
 * Sample events of the functions, from one template a kind. `npm run samples` writes them to events/. Its length is that of
 * its table of requests.
 */

const ACCOUNT = '111122223333';
const REGION = 'eu-central-1';
const TIME = '2026-11-24T21:00:00Z';
const HOST = `a1b2c3d4e5.execute-api.${REGION}.amazonaws.com`;

type Request = {
  readonly route: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly idempotencyKey?: string;
  readonly body?: object;
};

const PARAMETERS: Readonly<Record<string, string>> = {
  space: 'team-a',
  app: 'billing',
  task: 'billing-bcdfg',
  id: 'bcdfg',
  job: 'report',
};

/** Requests by the name of their sample, which begins with that of their function. */
const REQUESTS: Readonly<Record<string, Request>> = {
  'push-app': {
    route: 'PUT /v1/spaces/{space}/apps/{app}',
    body: {
      image: 'registry.example/billing:1',
      command: 'bin/migrate',
      env: [{ name: 'GREETING', value: '안녕' }],
      services: [
        { name: 'orders', secretName: 'orders-binding', label: 'postgres', tags: ['sql'], plan: 'small' },
      ],
      resources: { cpu: '500m', memory: '1G', disk: '512M' },
      taskTimeout: '1h30m',
    },
  },
  'push-app-jobs': {
    route: 'PUT /v1/spaces/{space}/apps/{app}/jobs',
    body: {
      jobs: [
        {
          name: 'tidy',
          command: 'bin/tidy',
          schedule: { cron: '0 4 * * sun', timeZone: 'Europe/Berlin' },
          env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'tidy', key: 'token' } } }],
        },
      ],
      prune: true,
      dryRun: true,
    },
  },
  'delete-app': { route: 'DELETE /v1/spaces/{space}/apps/{app}' },
  'run-task': {
    route: 'POST /v1/spaces/{space}/apps/{app}/tasks',
    idempotencyKey: 'report-2026-11',
    body: { command: 'bin/report --month 11', name: 'report', resources: { memory: '2G' } },
  },
  'upload-source': {
    route: 'POST /v1/spaces/{space}/apps/{app}/sources',
    body: { sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', size: 4 },
  },
  'terminate-task': { route: 'POST /v1/spaces/{space}/tasks/{task}/terminate' },
  'terminate-task-of-app': { route: 'POST /v1/spaces/{space}/apps/{app}/tasks/{id}/terminate' },
  'read-apps': { route: 'GET /v1/spaces/{space}/apps', query: { limit: '20' } },
  'read-app': { route: 'GET /v1/spaces/{space}/apps/{app}' },
  'read-tasks': {
    route: 'GET /v1/spaces/{space}/tasks',
    query: { app: 'billing', state: 'pending', limit: '20' },
  },
  'read-task': { route: 'GET /v1/spaces/{space}/tasks/{task}' },
  'read-logs': { route: 'GET /v1/spaces/{space}/tasks/{task}/logs', query: { tail: '100' } },
  'create-job': {
    route: 'POST /v1/spaces/{space}/jobs',
    body: {
      name: 'nightly',
      app: 'billing',
      command: 'bin/report',
      resources: { memory: '2G' },
      schedule: { cron: '0 2 * * *', timeZone: 'Europe/Berlin' },
      concurrencyPolicy: 'Forbid',
    },
  },
  backfill: {
    route: 'POST /v1/spaces/{space}/jobs/{job}/backfill',
    body: { from: '2026-11-01', to: '2026-11-20', dryRun: true },
  },
  'backfill-cancel': { route: 'DELETE /v1/spaces/{space}/jobs/{job}/backfill' },
  'create-job-later': {
    route: 'POST /v1/spaces/{space}/apps/{app}/tasks/later',
    idempotencyKey: 'year-end',
    body: { command: 'bin/close', at: '2199-12-31 23:00', timeZone: 'Europe/Berlin' },
  },
  'run-job': {
    route: 'POST /v1/spaces/{space}/jobs/{job}/run',
    idempotencyKey: 'november',
    body: {
      name: 'november',
      args: ['--month', '11'],
      env: [{ name: 'DRY_RUN', value: 'true' }],
      resources: { memory: '4G' },
      timeout: '20m',
    },
  },
  'create-trigger': {
    route: 'PUT /v1/spaces/{space}/jobs/{job}/trigger',
    body: {
      bus: 'default',
      pattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { bucket: { name: ['uploads'] } },
      },
    },
  },
  'schedule-job': {
    route: 'PUT /v1/spaces/{space}/jobs/{job}/schedule',
    body: { cron: '30 6 * * mon-fri', timeZone: 'Europe/Berlin', startingDeadlineSeconds: 7200 },
  },
  'schedule-job-suspend': { route: 'PUT /v1/spaces/{space}/jobs/{job}/suspended' },
  'schedule-job-resume': { route: 'DELETE /v1/spaces/{space}/jobs/{job}/suspended' },
  'schedule-job-suspend-all': { route: 'PUT /v1/spaces/{space}/suspended' },
  'schedule-job-resume-all': { route: 'DELETE /v1/spaces/{space}/suspended' },
  'delete-job-schedule': { route: 'DELETE /v1/spaces/{space}/jobs/{job}/schedule' },
  'delete-trigger': { route: 'DELETE /v1/spaces/{space}/jobs/{job}/trigger' },
  'delete-job': { route: 'DELETE /v1/spaces/{space}/jobs/{job}' },
  'read-jobs': {
    route: 'GET /v1/spaces/{space}/jobs',
    query: { scheduled: 'true', failing: 'true', app: 'billing', limit: '20', outcomes: '30' },
  },
  'read-job': { route: 'GET /v1/spaces/{space}/jobs/{job}' },
  'read-job-history': {
    route: 'GET /v1/spaces/{space}/jobs/{job}/tasks',
    query: { state: 'failed', limit: '20' },
  },
  'read-spaces': { route: 'GET /v1/spaces' },
  'read-builds': { route: 'GET /v1/spaces/{space}/apps/{app}/builds' },
  'update-job': {
    route: 'PATCH /v1/spaces/{space}/jobs/{job}',
    body: {
      command: 'bin/report --all',
      resources: { memory: '4G', cpu: null },
      startingDeadlineSeconds: null,
    },
  },
};

/** Event that an HTTP API (payload 2.0) with an IAM authorizer makes of a request. */
function httpEvent({ route, query, idempotencyKey, body }: Request, index: number) {
  const [method = '', template = ''] = route.split(' ');
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => PARAMETERS[name] ?? '');
  const text = body && JSON.stringify(body);
  return {
    version: '2.0',
    routeKey: route,
    rawPath: path,
    rawQueryString: new URLSearchParams(query).toString(),
    headers: headersOf(text, idempotencyKey),
    queryStringParameters: query,
    pathParameters:
      names.length === 0 ? undefined : Object.fromEntries(names.map((name) => [name, PARAMETERS[name]])),
    requestContext: {
      accountId: ACCOUNT,
      apiId: 'a1b2c3d4e5',
      authentication: null,
      authorizer: {
        iam: {
          accessKey: 'ASIAEXAMPLEKEYID',
          accountId: ACCOUNT,
          callerId: 'AROAEXAMPLEROLEID:ada',
          cognitoIdentity: null,
          principalOrgId: 'o-example',
          userArn: `arn:aws:sts::${ACCOUNT}:assumed-role/team-a-developer/ada`,
          userId: 'AROAEXAMPLEROLEID:ada',
        },
      },
      domainName: HOST,
      domainPrefix: 'a1b2c3d4e5',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.10', userAgent: 'taskbridge' },
      requestId: `Tx4mpleRequestId${String(index + 1).padStart(2, '0')}=`,
      routeKey: route,
      stage: '$default',
      time: '24/Nov/2026:21:00:00 +0000',
      timeEpoch: Date.parse(TIME),
    },
    body: text,
    isBase64Encoded: false,
  };
}

const headersOf = (body: string | undefined, idempotencyKey: string | undefined) => ({
  accept: 'application/json',
  authorization: `AWS4-HMAC-SHA256 Credential=ASIAEXAMPLEKEYID/20261124/${REGION}/execute-api/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
  'content-length': String(Buffer.byteLength(body ?? '')),
  'content-type': body && 'application/json',
  'idempotency-key': idempotencyKey,
  host: HOST,
  'user-agent': 'taskbridge',
  'x-amz-date': '20261124T210000Z',
  'x-amzn-trace-id': 'Root=1-6924c0d0-0123456789abcdef01234567',
  'x-forwarded-for': '192.0.2.10',
  'x-forwarded-port': '443',
  'x-forwarded-proto': 'https',
});

/** Event as EventBridge delivers it. */
const busEvent = (
  id: string,
  detailType: string,
  source: string,
  detail: object,
  resources: string[] = [],
) => ({
  version: '0',
  id,
  'detail-type': detailType,
  source,
  account: ACCOUNT,
  time: TIME,
  region: REGION,
  resources,
  detail,
});

const minute = (id: string, rule: string) =>
  busEvent(id, 'Scheduled Event', 'aws.events', {}, [`arn:aws:events:${REGION}:${ACCOUNT}:rule/${rule}`]);

const CLEANUP = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:taskbridge-dev-cleanup`;

/** Events of the functions that no route leads to. */
const EVENTS: Readonly<Record<string, object>> = {
  'fire-job': { space: 'team-a', job: 'report', time: TIME },
  'fire-event': {
    space: 'team-a',
    job: 'report',
    event: busEvent(
      '17793124-05d4-b198-2fde-7ededc63b103',
      'Object Created',
      'aws.s3',
      { bucket: { name: 'uploads' }, object: { key: 'in/orders.csv', size: 5120 } },
      ['arn:aws:s3:::uploads'],
    ),
  },
  'run-task-on-event': busEvent('4f1c2a7e-93d0-4c59-8f6b-2d1f5f0f7a11', 'Run Task', 'shop.orders', {
    space: 'team-a',
    app: 'billing',
    command: 'bin/invoice --order 4711',
    resources: { memory: '512M' },
    idempotencyKey: 'order-4711',
  }),
  reconcile: minute(
    '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
    'taskbridge-dev-ReconcileEventsRuleSchedule1-EXAMPLE',
  ),
  prune: minute('a3c1f9d2-6f0e-4c58-9b1d-2f6f3f0f6a55', 'taskbridge-dev-PruneEventsRuleSchedule1-EXAMPLE'),
  cleanup: {
    RequestType: 'Delete',
    ServiceToken: CLEANUP,
    ResponseURL:
      'https://cloudformation-custom-resource-response-eucentral1.s3.eu-central-1.amazonaws.com/EXAMPLE',
    StackId: `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/taskbridge-dev/5b918d10-cd98-11ea-90d5-0a9cd3354c10`,
    RequestId: '8f9c5e0a-1d0b-4b5c-9a3d-2f7f0a6e9c11',
    LogicalResourceId: 'RuleCleanup',
    PhysicalResourceId: 'cleanup',
    ResourceType: 'Custom::RuleCleanup',
    ResourceProperties: { ServiceToken: CLEANUP, ServiceTimeout: '600' },
  },
};

/** Text of each file of events/, by its name. */
export const sampleFiles = (): ReadonlyMap<string, string> =>
  new Map(
    [
      ...Object.entries(REQUESTS).map(([name, request], index) => [name, httpEvent(request, index)] as const),
      ...Object.entries(EVENTS),
    ].map(([name, event]) => [`${name}.json`, `${JSON.stringify(event, undefined, 2)}\n`]),
  );
