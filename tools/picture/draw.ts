import { arrow, badge, box, type Colour, text, wrap } from './shapes.ts';
import { STYLE } from './style.ts';

/** The parts that the picture names, as the repository has them. */
export type Parts = {
  /** Functions behind a route of the API, by name. */
  readonly onRequest: readonly string[];
  /** Functions that rules of jobs, or events on the service's own bus, invoke. */
  readonly onTrigger: readonly string[];
  /** Functions that a rule of the stack invokes again and again. */
  readonly periodic: readonly string[];
  /** Feature folders of `lib/`. */
  readonly rooms: readonly string[];
};

const WIDTH = 1060;
const HEIGHT = 720;
const WALKS: readonly Colour[] = ['request', 'trigger', 'minute'];

/** Draws the architecture as one SVG: above the deployed parts and the three walks, below the code of a function. */
export const draw = (parts: Parts): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">`,
    '<title>Architecture of Taskbridge: parts, walks, state and layers</title>',
    `<style>${STYLE}</style>`,
    `<defs>${(['plain', ...WALKS] satisfies Colour[]).map(head).join('')}</defs>`,
    `<rect class="page" width="${WIDTH}" height="${HEIGHT}" rx="8"/>`,
    deployed(parts),
    walks(),
    layers(parts),
    legend(),
    '</svg>\n',
  ].join('\n');

const head = (colour: Colour): string =>
  `<marker id="${colour}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path class="head ${colour}" d="M0 0L8 4L0 8z"/></marker>`;

const deployed = ({ onRequest, onTrigger, periodic }: Parts): string =>
  [
    text([20, 30], 'The parts, and the three walks', 'heading'),
    box([20, 60, 150, 78], 'Clients', ['cli/: command line', 'console/: browser', 'any HTTP client']),
    box([20, 180, 150, 62], 'Event sources', ['AWS services, your', 'applications']),
    box([20, 320, 150, 62], 'kubectl, GitOps', ['write Apps and Jobs', 'themselves']),
    box([200, 44, 560, 372], 'AWS: one CloudFormation stack a stage (serverless.yml, stack/)', [], 'frame'),
    box([220, 76, 160, 62], 'API Gateway', ['IAM or JWT on every', 'route; one path a space']),
    box([220, 170, 160, 176], 'EventBridge', [
      'default bus:',
      '– a rule a schedule',
      '– a rule a trigger',
      "service's own bus:",
      '– task events',
      '– Run Task',
      'rules of the stack:',
      '– each minute, each five',
    ]),
    box([220, 366, 160, 38], 'S3: app sources'),
    box([450, 70, 290, 112], 'Functions on a request', wrap(onRequest, 46)),
    box([450, 190, 290, 50], 'Functions on a trigger', wrap(onTrigger, 46)),
    box([450, 256, 290, 50], 'Periodic functions', wrap(periodic, 46)),
    box([450, 322, 290, 82], 'No state in AWS', [
      'Rules are derived from Jobs, each minute.',
      'Failed events wait in a dead-letter queue (SQS).',
      'Logs and metrics go to CloudWatch.',
    ]),
    box([800, 44, 240, 372], 'Kubernetes cluster with Tekton', [], 'frame'),
    box(
      [820, 76, 200, 68],
      'App, Job',
      ['spec: the desired state', 'status: lease, lastScheduleTime'],
      'state',
    ),
    box(
      [820, 160, 200, 83],
      'PipelineRun: task or build',
      ['name = the lock of a run', 'labels: app, job, reported', 'owned by its Job or App'],
      'state',
    ),
    box([820, 259, 200, 53], 'Secret', ['bindings; event of a run'], 'state'),
    box([820, 328, 200, 76], 'Tekton, kubelet', [
      'run the pod, keep its log;',
      'RBAC and admission policies',
      'limit the three identities',
    ]),
  ].join('\n');

const walks = (): string =>
  [
    arrow('170,107 220,107', 'request'),
    arrow('380,107 450,107', 'request'),
    arrow('740,100 820,100', 'request'),
    arrow('740,135 780,135 780,180 820,180', 'request'),
    arrow('170,211 220,211', 'trigger'),
    arrow('380,215 450,215', 'trigger'),
    arrow('740,222 820,222', 'trigger'),
    arrow('740,206 768,206 768,119 820,119', 'trigger'),
    arrow('380,274 450,274', 'minute'),
    arrow('450,293 380,293', 'minute', 'back'),
    arrow('740,272 792,272 792,134 820,134', 'minute'),
    arrow('740,290 806,290 806,234 820,234', 'minute'),
    arrow('170,351 190,351 190,428 1052,428 1052,110 1020,110'),
    badge([415, 107], 1, 'request'),
    badge([415, 215], 2, 'trigger'),
    badge([415, 274], 3, 'minute'),
  ].join('\n');

const layers = ({ rooms }: Parts): string =>
  [
    text([20, 470], 'The code of a function: who may import whom', 'heading'),
    box([20, 490, 150, 98], 'functions/', [
      'one file a Lambda:',
      'schema, action, answer',
      'wired by',
      'lib/platform/wiring',
    ]),
    box([220, 490, 170, 42], 'lib/http', ['status codes, problem+json']),
    box([220, 546, 170, 42], 'lib/lambda', ['events, custom resource']),
    box([220, 620, 170, 60], 'lib/reconcile', ['the plan of a minute;', 'only its function imports it']),
    box([450, 490, 290, 98], `lib/ by feature`, [
      ...wrap(rooms, 46),
      'types, decisions, actions: pure, or through',
      'a port type that stands beside its user',
      '1 tasks/run · 2 jobs/run-due, events · 3 all',
    ]),
    box([450, 620, 290, 60], 'lib/platform', [
      'errors, schema, names, labels, quantities,',
      'counters, paging: no feature, no I/O',
    ]),
    box(
      [800, 490, 240, 60],
      'repository files of a feature',
      ['its only files that do I/O;', 'no other feature imports them'],
      'io',
    ),
    box(
      [800, 602, 240, 78],
      'lib/platform/kubernetes, /aws',
      [
        'clients, transport, retry; and the',
        'files config, logger, metrics, wiring:',
        'environment, output, clock',
      ],
      'io',
    ),
    arrow('170,511 220,511'),
    arrow('170,567 220,567'),
    arrow('95,588 95,650 220,650'),
    arrow('390,511 450,511'),
    arrow('390,567 450,567'),
    arrow('390,640 420,640 420,580 450,580'),
    arrow('595,588 595,620'),
    arrow('800,520 740,520'),
    arrow('920,550 920,602'),
    arrow('740,560 800,535', 'plain', 'back'),
    text([748, 580], 'ports', 'note'),
  ].join('\n');

const legend = (): string =>
  [
    `<rect class="io" x="20" y="694" width="14" height="14" rx="3"/>`,
    text([40, 705], 'may do I/O', 'note'),
    `<rect class="state" x="120" y="694" width="14" height="14" rx="3"/>`,
    text([140, 705], 'holds state', 'note'),
    badge([230, 701], 1, 'request'),
    text([246, 705], 'a request', 'note'),
    badge([320, 701], 2, 'trigger'),
    text([336, 705], 'a rule fires', 'note'),
    badge([440, 701], 3, 'minute'),
    text([456, 705], 'a minute: reconcile, prune', 'note'),
    text([618, 705], 'dashed: rules and events that 3 writes; calls through a port type', 'note'),
  ].join('\n');
