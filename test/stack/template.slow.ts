import { asynchronous } from './asynchronous.ts';
import { rights } from './rights.ts';
import { settings } from './settings.ts';
import { packageStages } from './stages.ts';
import { watching } from './watching.ts';

packageStages();
for (const suite of [rights, asynchronous, watching, settings]) suite();
