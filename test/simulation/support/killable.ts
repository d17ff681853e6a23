import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { BUNDLES } from '../../support/bundles.ts';

/** Outcome of a call. */
type Answered =
  | { readonly outcome: 'ended'; readonly result: unknown }
  | { readonly outcome: 'failed'; readonly error: string }
  | { readonly outcome: 'killed' };

export type Killable = {
  /** Calls the function, for which it is `now`; with `killAfterMs` its process gets SIGKILL so much later. */
  invoke(event: unknown, now: number, killAfterMs?: number): Promise<Answered>;
  stop(): void;
};

export type KillableOptions = {
  /** Folder with the bundle of killable-child.ts. */
  readonly directory: string;
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
};

/** A function in processes of its own, one call at a time in each: as many processes as calls at once, warm ones first. */
export function killable({ directory, name, environment }: KillableOptions): Killable {
  const warm: ChildProcess[] = [];
  const all = new Set<ChildProcess>();
  let calls = 0;

  const start = async (): Promise<ChildProcess> => {
    const child = fork(join(directory, 'killable-child.mjs'), [join(BUNDLES, `${name}.mjs`)], {
      env: { ...environment },
      execArgv: ['--no-warnings'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    all.add(child);
    child.once('exit', () => all.delete(child));
    await once(child, 'message');
    return child;
  };

  return {
    async invoke(event, now, killAfterMs) {
      const child = warm.pop() ?? (await start());
      calls += 1;
      const id = calls;
      const answered = answerOf(child, id);
      child.send({ id, now, event });
      const timer =
        killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
      const answer = await answered;
      clearTimeout(timer);
      if (answer.outcome !== 'killed' && !child.killed) warm.push(child);
      return answer;
    },
    stop: () => {
      for (const child of all) child.kill('SIGKILL');
    },
  };
}

type Message = { readonly id: number; readonly result?: unknown; readonly error?: string };

const answerOf = (child: ChildProcess, id: number): Promise<Answered> =>
  new Promise((resolve) => {
    const onMessage = (message: Message): void => {
      if (message.id !== id) return;
      done();
      resolve(
        message.error === undefined
          ? { outcome: 'ended', result: message.result }
          : { outcome: 'failed', error: message.error },
      );
    };
    const onExit = (): void => {
      done();
      resolve({ outcome: 'killed' });
    };
    const done = (): void => {
      child.off('message', onMessage);
      child.off('exit', onExit);
    };
    child.on('message', onMessage);
    child.on('exit', onExit);
  });
