import { AwsClient } from 'aws4fetch';
import { type DeadLetter, receive, redrive, type Services } from '../../../tools/operators/dead-letters.ts';
import type { Api } from './api.ts';

const QUEUE = 'http://sqs/taskbridge-local-dead-letters';

/** Dead-letter queue of an API's functions, through the code of `npm run redrive`. */
export const deadLetterQueueOf = (api: () => Api) => {
  const services = (): Services => ({
    aws: new AwsClient({ ...api().key, region: 'us-east-1' }),
    sqs: api().deadLetters.queueUrl,
    lambda: api().deadLetters.lambdaUrl,
    tagsOf: async () => ({}),
  });
  return {
    next: () => receive(services(), QUEUE),
    redrive: async (letter: DeadLetter): Promise<void> => {
      await redrive(services(), letter);
      await api().settled();
    },
  };
};
