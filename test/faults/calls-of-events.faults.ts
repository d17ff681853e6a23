import { comesToTheSameEnd } from './harness/scenario-suite.ts';

comesToTheSameEnd('a fire or a reconcile of which any call fails', 'broken', 'events');
