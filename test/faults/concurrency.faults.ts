import { comesToTheSameEnd } from './harness/scenario-suite.ts';

comesToTheSameEnd('an action in the midst of which others do the same', 'overlapped', 'all');

comesToTheSameEnd('two requests about one job at the same moment', 'interleaved', 'interleaved');

comesToTheSameEnd('two requests about one trigger at the same moment', 'interleaved', 'crossedTriggers');
