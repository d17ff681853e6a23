import { comesToTheSameEnd } from './harness/scenario-suite.ts';

comesToTheSameEnd('a request of a user of which any call fails', 'broken', 'users');
