/** The account and region of the local cloud, as they stand in ARNs; no request is refused for another one. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

/** What stands in a stack's names beside its service. */
export const STAGE = 'local';

const PREFIX = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:`;

/** The ARN of a function of the stack, and of no other. */
export const functionArn = (service: string, name: string): string => `${PREFIX}${service}-${STAGE}-${name}`;

/** The access key of the user of this machine, who may do everything. */
export const USER_KEY = 'local';

/** The secret of every access key of the account. Only S3 checks signatures. */
export const SECRET_KEY = 'local';

/** The access key that a function signs with, as its role. */
export const accessKeyOf = (name: string): string => `${USER_KEY}-${name}`;
