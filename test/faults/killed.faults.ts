import { comesToTheSameEnd } from './harness/suite.ts';

comesToTheSameEnd('a function whose process is killed', 'killed', 'all');
