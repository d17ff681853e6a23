/** Account and region of the local cloud, as in its ARNs. Requests for other regions are not rejected. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

/** Stage in the names of the stack's resources. */
export const STAGE = 'local';

const PREFIX = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:`;

/** ARN of a function of the stack. */
export const functionArn = (service: string, name: string): string => `${PREFIX}${service}-${STAGE}-${name}`;

/** Access key of the developer, who may do everything. */
export const USER_KEY = 'local';

/** Access key that a function signs with. It stands for the function's role. */
export const accessKeyOf = (name: string): string => `${USER_KEY}-${name}`;
