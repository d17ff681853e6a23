import { startEmbeddedCloud } from './embedded-cloud.ts';
import { onCloud } from './suites.ts';

onCloud('embedded', startEmbeddedCloud);
