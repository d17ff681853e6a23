import { writeFile } from 'node:fs/promises';
import { monitoringFiles, root } from './files.ts';

/** `npm run monitoring`: writes the generated files of cluster/monitoring and cluster/argocd; a test fails when one is stale. */
for (const [path, text] of Object.entries(await monitoringFiles()))
  await writeFile(new URL(path, root), text);
