import { startCloud } from '../cloud.ts';
import { setUpEmbeddedCluster } from '../cluster/set-up.ts';
import { reporter } from './reporter.ts';
import { SCENARIO } from './scenario.ts';

const SPACE = 'demo';

/** Runs an end-to-end demo against an embedded cluster. Throws at the first step that fails. */
async function main(): Promise<void> {
  const { access, openSpace, stop } = await setUpEmbeddedCluster();
  const cloud = await startCloud({ cluster: access, onLog: (name, line) => logError(name, line) });
  try {
    await openSpace(SPACE);
    console.log(`Taskbridge demo on an embedded cluster: ${cloud.url}, space "${SPACE}"`);
    for (const [index, { title, run }] of SCENARIO.entries()) {
      console.log(`\n${index + 1}. ${title}`);
      await run(reporter(cloud, SPACE, console.log));
    }
    console.log(
      '\nDemo complete. Run `npm start` for a local Taskbridge of your own; see README.md for the next steps.',
    );
  } finally {
    await Promise.all([cloud.stop(), stop()]);
  }
}

/** Hides the functions' JSON log lines and shows errors. */
function logError(name: string, line: string): void {
  if (!line.startsWith('{')) console.error(`[${name}] ${line}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
