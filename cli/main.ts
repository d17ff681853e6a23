#!/usr/bin/env node
import { run } from './run.ts';

const { argv, env, stdin, stdout, stderr } = process;

// Not process.exit, which would drop buffered output of a pipe.
process.exitCode = await run({
  ...{ args: argv.slice(2), env, stdin, stdout, stderr },
  onInterrupt: (exitCode) => process.on('SIGINT', () => process.exit(exitCode())),
});
