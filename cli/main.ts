#!/usr/bin/env node
import { COMPLETE } from './completion/scripts.ts';
import { run } from './run.ts';

const { argv, env, stdin, stdout, stderr } = process;

// Not process.exit, which would drop buffered output of a pipe.
process.exitCode = await run({
  ...{ args: argv.slice(2), env, stdin, stdout, stderr },
  onInterrupt: (exitCode) => process.on('SIGINT', () => process.exit(exitCode())),
});

// A completion waits for no request that it gave up.
if (argv[2] === COMPLETE) stdout.write('', () => process.exit());
