import { USER_KEY } from '../../local/account.ts';
import { createCredentials } from '../../local/credentials.ts';

/** Secrets of the listeners that a test file starts by itself. */
export const CREDENTIALS = createCredentials();

/** Access key of the developer for these listeners. */
export const USER = CREDENTIALS.keyOf(USER_KEY);
