import { AwsError } from '../aws-error.ts';

export const validationError = (message: string): AwsError => new AwsError('ValidationException', message);

export const invalidArn = (arn: string): AwsError =>
  validationError(`Parameter ${arn} is not valid. Reason: Provided Arn is not in correct format.`);

export const ruleNotFound = (name: string, bus: string): AwsError =>
  new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${bus}.`);

export const invalidEventPattern = (reason: string): AwsError =>
  new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);

export const busNotFound = (name: string): AwsError =>
  new AwsError('ResourceNotFoundException', `Event bus ${name} does not exist.`);

export const limitExceeded = (): AwsError =>
  new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
