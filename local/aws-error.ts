/** Error of an AWS service, with the code and message that AWS uses. The servers respond with status 400. */
export class AwsError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
