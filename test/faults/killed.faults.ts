import { comesToTheSameEnd } from './harness/scenario-suite.ts';

comesToTheSameEnd('a function whose process is killed', 'killed', 'all');
