import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeRelease } from './release.ts';

const HELP = `Usage: npm run release [-- --param=NAME=VALUE …]

Writes .release/: the stack as a folder that the AWS CLI deploys without Node, with notes. Settings of serverless.yml that
differ by cluster or operator become parameters of its template. Those that change the shape of the stack (clusterAuth,
network, authorizer, console, registryAuth, onRemoval, tokenSecrets) are fixed, as stage prod has them or by --param.`;

const OUT = fileURLToPath(new URL('../../.release', import.meta.url));

const { values } = parseArgs({
  options: { param: { type: 'string', multiple: true, default: [] }, help: { type: 'boolean', short: 'h' } },
});
if (values.help) console.log(HELP);
else {
  const fixed = values.param.map((param) => {
    const [, name, value] = /^(\w+)=(.*)$/s.exec(param) ?? [];
    if (name === undefined || value === undefined)
      throw new Error(`--param=${param}: write --param=NAME=VALUE.`);
    return [name, value] as const;
  });
  await writeRelease({ out: OUT, fixed: Object.fromEntries(fixed) });
  console.log(`Wrote ${join(OUT, 'NOTES.md')} and what it describes.`);
}
