import { comesToTheSameEnd } from './harness/scenario-suite.ts';

comesToTheSameEnd(
  'a push of a source, or a reconcile of builds, of which any call fails',
  'broken',
  'builds',
);
