import { connectAccount } from '../../support/aws-account.ts';
import { startForeignCloud } from './foreign-cloud.ts';
import { onCloud } from './suites.ts';

const account = await connectAccount(process.env);

onCloud(account.cloud, () => startForeignCloud(account));
