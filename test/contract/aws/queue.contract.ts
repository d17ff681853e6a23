import { describe, expect } from '@jest/globals';
import { AwsClient } from 'aws4fetch';
import { awsHost } from '../../../lib/platform/aws/host.ts';
import { queueUrlsOf, receive, release, type Services } from '../../../tools/operators/dead-letters.ts';
import type { Suite } from './cloud.ts';

const EVENT = { id: '1', source: 'proof', detail: { order: 4711 } };

/** The dead-letter queue, through the code of `npm run redrive`. */
export const queueContract: Suite = (cloud, it) => {
  describe('the port to dead letters', () => {
    const services = (): Services => {
      const { region, credentials, endpointOf } = cloud();
      return {
        aws: new AwsClient({ ...credentials, region }),
        sqs: endpointOf('sqs') ?? `https://${awsHost('sqs', region)}/`,
        lambda: '',
        tagsOf: async () => ({ space: 'team-a', job: 'orders' }),
      };
    };

    it('receives what Lambda and EventBridge put there, hides it, and puts it back', async () => {
      const { region, account, queue, sendMessage } = cloud();
      const functionArn = `arn:aws:lambda:${region}:${account}:function:taskbridge-contract-fire-event`;
      const requestContext = { functionArn: `${functionArn}:$LATEST`, condition: 'RetriesExhausted' };
      await sendMessage(
        JSON.stringify({
          requestContext,
          requestPayload: EVENT,
          responsePayload: { errorMessage: 'no app' },
        }),
        {},
      );
      await sendMessage(JSON.stringify(EVENT), {
        RULE_ARN: `arn:aws:events:${region}:${account}:rule/orders`,
        TARGET_ARN: functionArn,
        ERROR_CODE: 'NO_PERMISSIONS',
      });
      const [url = ''] = await queueUrlsOf(services(), queue);
      const all = async () => {
        const found = [];
        for (
          let part = await receive(services(), url);
          part.length > 0;
          part = await receive(services(), url)
        )
          found.push(...part);
        return found.toSorted((a, b) => (a.why < b.why ? -1 : 1));
      };
      const expected = [
        {
          function: 'taskbridge-contract-fire-event',
          event: { space: 'team-a', job: 'orders', event: EVENT },
          why: 'NO_PERMISSIONS: ',
        },
        { function: 'taskbridge-contract-fire-event', event: EVENT, why: 'RetriesExhausted: no app' },
      ];
      const first = await all();
      expect(first).toMatchObject(expected);
      expect(await all()).toEqual([]);
      await release(services(), first);
      expect(await all()).toMatchObject(expected);
    });

    it('names a queue that is not there', async () => {
      const name = `${cloud().queue}-none`;
      await expect(queueUrlsOf(services(), name)).rejects.toThrow(`There is no queue ${name}`);
    });
  });
};
