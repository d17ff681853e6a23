import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { ContainerLog } from './container-log.ts';
import type { ProcessSpec, RunningProcess } from './process.ts';
import type { ShimEvent, ShimRequest } from './shim.ts';

const SHIM = fileURLToPath(new URL('shim.ts', import.meta.url));

/** Runs containers' programs in their own process groups, off the kubelet's event loop. */
export type ContainerRuntime = {
  /** Starts a program with its output in the log; without a log the output is discarded. */
  start(spec: ProcessSpec, log?: ContainerLog): RunningProcess;
  /** Kills running programs without a grace period. */
  stop(): Promise<void>;
};

type Call = {
  readonly log: ContainerLog | undefined;
  readonly resolve: (exitCode: number) => void;
  readonly reject: (error: Error) => void;
};

/** Starts a container runtime; its shim is bundled into the directory. */
export async function startContainerRuntime(directory: string): Promise<ContainerRuntime> {
  const file = join(directory, 'shim.mjs');
  const shim = await forkShim(file);
  const exited = once(shim, 'exit');
  const calls = new Map<number, Call>();
  let last = 0;

  shim.on('message', (event: ShimEvent) => {
    const call = calls.get(event.id);
    if ('bytes' in event) call?.log?.add(event.bytes);
    else {
      calls.delete(event.id);
      call?.resolve(event.exitCode);
    }
  });
  shim.on('exit', (code, signal) => {
    for (const { reject } of calls.values())
      reject(new Error(`The container runtime has ended (${signal ?? code}).`));
  });
  const send = (request: ShimRequest): void => {
    if (shim.connected) shim.send(request);
  };

  const run = async (id: number, start: ProcessSpec, log: ContainerLog | undefined): Promise<number> => {
    const exitCode = await new Promise<number>((resolve, reject) => {
      calls.set(id, { log, resolve, reject });
      send({ id, start, logFile: log?.file });
    });
    await log?.close();
    return exitCode;
  };

  return {
    start: (spec, log) => {
      last += 1;
      const id = last;
      return {
        ended: run(id, spec, log),
        terminate: (graceMs) => send({ id, graceMs }),
      };
    },
    stop: async () => {
      if (shim.connected) shim.disconnect();
      await exited;
      await rm(file);
    },
  };
}

/** A separate session: Ctrl-C in the terminal reaches only the kubelet, which stops the programs gracefully. */
async function forkShim(file: string): Promise<ChildProcess> {
  await build({ entryPoints: [SHIM], outfile: file, bundle: true, platform: 'node', format: 'esm' });
  const shim = fork(file, {
    detached: true,
    env: {},
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await once(shim, 'spawn');
  return shim;
}
