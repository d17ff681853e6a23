import {
  ListRuleNamesByTargetCommand,
  ListTargetsByRuleCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { configurationOf, type Deployment, deploy, leftOf, SOURCE } from '../support/deployment.ts';
import { eventually } from '../support/eventually.ts';
import { runTool } from '../support/run-tool.ts';
import { answerSamples, sampleOf } from '../support/samples.ts';

const SMALL = { cpu: '10m', memory: '64M', disk: '64M' };
const EACH_MINUTE = ['each-minute', 'each-minute-too'];

let deployed: Deployment;

/** On AWS, a minute before the second attempt and two before the third. */
const DEAD_LETTER_MS = 400_000;

const verbsOf = ({ Resources }: Deployment['stack']['template']): readonly string[] =>
  Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties }) => String(Properties.Handler).replace(/^functions\/|\.handler$/g, ''));

const job = (name: string) => `taskbridge.dev/job=${name}`;

/** Waits for the first run with a label to succeed. */
const succeeded = (label: string, withinMs?: number) =>
  eventually(
    async () => {
      const [run] = await deployed.runs(label);
      const [condition] = run?.status?.conditions ?? [];
      return condition?.reason === 'Succeeded' ? run : undefined;
    },
    { ...(withinMs === undefined ? {} : { withinMs }), what: `a run with ${label} that succeeded` },
  );

beforeAll(async () => {
  deployed = await deploy(process.env);
  const { request, target } = deployed;
  await request('push-app', { app: 'hello' }, { image: target.image, command: 'true', resources: SMALL });
  for (const name of EACH_MINUTE)
    await request('create-job', {}, { name, app: 'hello', schedule: { cron: '* * * * *' } });
  for (const { name } of await deployed.rules.list()) await deployed.putTargetsAgain(name);
});

afterAll(() => deployed?.leave());

describe('the stack of the template, deployed', () => {
  it('fires the rule of a job, whose task succeeds on the cluster', async () => {
    const run = await succeeded(job('each-minute'), 120_000);
    expect(run.metadata.annotations).toMatchObject({ 'taskbridge.dev/requested-by': 'schedule' });
    console.log(`The rule of job each-minute started ${run.metadata.name} on ${deployed.target.url}.`);
    const fired = await eventually(
      async () => {
        const lines = await deployed.lines('fire-job', 'each-minute');
        return lines.find((line) => line.includes('started'));
      },
      { withinMs: 150_000, what: 'a line of fire-job' },
    );
    expect(fired).toContain(deployed.space);
  });

  it('runs a job whose trigger an event on its bus matches', async () => {
    await deployed.request('create-job', {}, { name: 'on-order', app: 'hello' });
    await deployed.request(
      'create-trigger',
      { job: 'on-order' },
      {
        bus: 'service',
        pattern: { source: [SOURCE], detail: { order: [4711] } },
      },
    );
    await deployed.putEvent('Order Placed', { order: 4712 });
    await deployed.putEvent('Order Placed', { order: 4711 });
    const run = await succeeded(job('on-order'));
    expect(run.metadata.annotations).toMatchObject({ 'taskbridge.dev/event-source': SOURCE });
    expect(await deployed.runs(job('on-order'))).toHaveLength(1);
  });

  it('answers the sample event of every function, cleanup aside', async () => {
    const { stack, invoke, sampleSpace, target } = deployed;
    const functions = verbsOf(stack.template).filter((verb) => verb !== 'cleanup');
    const change = (text: string) =>
      text.replaceAll('team-a', sampleSpace).replaceAll('registry.example/billing:1', target.image);
    const { answered, wrong } = await answerSamples(invoke, functions, change);
    expect(wrong).toEqual([]);
    expect(answered.toSorted()).toEqual(functions.toSorted());
  });

  it('keeps an event that fails as a dead letter, which becomes one task when it is redriven', async () => {
    const { account, name, request, target, space, runs } = deployed;
    const detail = { space, app: 'late', command: 'true', idempotencyKey: 'order-1' };
    await deployed.putEvent('Run Task', detail);
    const QueueNamePrefix = `${name}-dead-letters`;
    const { QueueUrls } = await account.call('sqs', 'ListQueues', { QueueNamePrefix });
    const [QueueUrl] = QueueUrls;
    const AttributeNames = ['ApproximateNumberOfMessages'];
    await eventually(
      async () => {
        const { Attributes } = await account.call('sqs', 'GetQueueAttributes', { QueueUrl, AttributeNames });
        return Attributes.ApproximateNumberOfMessages === '1' ? true : undefined;
      },
      { withinMs: DEAD_LETTER_MS, what: 'a dead letter' },
    );
    expect(await runs('taskbridge.dev/app=late')).toEqual([]);

    await request('push-app', { app: 'late' }, { image: target.image, resources: SMALL });
    for (const sent of ['Sent 1 again.', `Nothing to redrive in ${name}-dead-letters.`]) {
      const { output } = await runTool('redrive', {
        args: ['--stage', name.slice('taskbridge-'.length), '--yes'],
        answer: '',
        endpoints: account.environment,
      });
      expect(output).toContain(sent);
    }
    await succeeded('taskbridge.dev/app=late');
    await deployed.putEvent('Run Task', detail);
    await deployed.putEvent('Run Task', { ...detail, idempotencyKey: 'order-2' });
    await eventually(async () => ((await runs('taskbridge.dev/app=late')).length > 1 ? true : undefined), {
      what: 'the task of the second order',
    });
    expect(await runs('taskbridge.dev/app=late')).toHaveLength(2);
  });

  it('runs each minute of a job once while an update replaces the code of all functions', async () => {
    const before = await codeOf();
    await deployed.stack.update();
    const after = await codeOf();
    expect(before.filter((code) => after.includes(code))).toEqual([]);
    const updated = Date.now();
    for (const name of EACH_MINUTE) {
      const minutes = await eventually(
        async () => {
          const scheduled = (await deployed.runs(job(name))).map(({ metadata }) =>
            Date.parse(metadata.annotations['taskbridge.dev/scheduled-time'] ?? ''),
          );
          return scheduled.some((minute) => minute > updated) ? scheduled.toSorted() : undefined;
        },
        { withinMs: 120_000, what: `a minute of ${name} after the update` },
      );
      const [first = 0] = minutes;
      expect(minutes).toEqual(minutes.map((_, index) => first + index * 60_000));
    }
  });

  it('removes the rules of jobs when CloudFormation deletes their resource, and at no other event', async () => {
    const { account, invoke, rules, bucket, eventBridge, name } = deployed;
    const { FunctionArn } = await configurationOf(account, `${name}-reconcile`);
    const { RuleNames = [] } = await eventBridge.send(
      new ListRuleNamesByTargetCommand({ TargetArn: FunctionArn }),
    );
    // CloudFormation deletes the functions that make rules first.
    for (const Rule of RuleNames) {
      const { Targets = [] } = await eventBridge.send(new ListTargetsByRuleCommand({ Rule }));
      await eventBridge.send(new RemoveTargetsCommand({ Rule, Ids: Targets.map(({ Id = '' }) => Id) }));
    }
    const url = `${account.urlOf('s3')}${bucket}/answer`;
    const signed = await account.aws.sign(url, { method: 'PUT', aws: { service: 's3', signQuery: true } });
    const text = (type: string) => (sample: string) =>
      sample
        .replace(/"ResponseURL": "[^"]+"/, `"ResponseURL": "${signed.url}"`)
        .replace('"RequestType": "Delete"', `"RequestType": "${type}"`);
    const made = await rules.list();
    expect(made.length).toBeGreaterThan(EACH_MINUTE.length);
    for (const [type, left] of [
      ['Update', made.length],
      ['Delete', 0],
    ] as const) {
      await invoke('cleanup', await sampleOf('cleanup.json', text(type)));
      expect(JSON.parse(await account.s3('GET', `${bucket}/answer`))).toMatchObject({ Status: 'SUCCESS' });
      expect(await rules.list()).toHaveLength(left);
    }
  });

  it('leaves its sources, logs and dead letters when it is removed, and is installed again beside them', async () => {
    const { stack, account, name, rules } = deployed;
    // Whatever log group the functions name, LocalStack makes one for each.
    const ofLocalStack = verbsOf(stack.template).map((verb) => `/aws/lambda/${name}-${verb}`);
    const kinds = async () => {
      const left = await leftOf(deployed);
      return left.filter(([, one]) => !ofLocalStack.includes(one)).map(([kind]) => kind);
    };
    const retained = ['queue', 'log group', 'log group', 'bucket'];
    await stack.remove();
    expect(await kinds()).toEqual(retained);
    await stack.install();
    await eventually(async () => ((await rules.list()).length > 0 ? true : undefined), {
      withinMs: 180_000,
      what: 'a rule that the reconcile makes again',
    });
    await stack.remove();
    // LocalStack runs no custom resource, so these rules stay there.
    const again = (await kinds()).filter((kind) => account.cloud === 'aws' || kind !== 'rule');
    expect(again).toEqual(retained.flatMap((kind) => [kind, kind]));
  });
});

/** Hashes of the code of all functions. */
async function codeOf(): Promise<readonly string[]> {
  const { account, stack, name } = deployed;
  const configurations = await Promise.all(
    verbsOf(stack.template).map((verb) => configurationOf(account, `${name}-${verb}`)),
  );
  return configurations.map(({ CodeSha256 }) => CodeSha256);
}
