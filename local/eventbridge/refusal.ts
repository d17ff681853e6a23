export class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export const invalid = (message: string): Refusal => new Refusal('ValidationException', message);

export const notAnArn = (arn: string): Refusal =>
  invalid(`Parameter ${arn} is not valid. Reason: Provided Arn is not in correct format.`);

export const ruleNotFound = (name: string, bus: string): Refusal =>
  new Refusal('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${bus}.`);

export const badPattern = (reason: string): Refusal =>
  new Refusal('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);

export const busNotFound = (name: string): Refusal =>
  new Refusal('ResourceNotFoundException', `Event bus ${name} does not exist.`);

export const tooMany = (): Refusal =>
  new Refusal('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
