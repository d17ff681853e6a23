import { asynchronous } from './asynchronous.template.ts';
import { rights } from './rights.template.ts';
import { settings } from './settings.template.ts';
import { packageStages } from './support/stages.ts';
import { watching } from './watching.template.ts';

packageStages();
for (const suite of [rights, asynchronous, watching, settings]) suite();
