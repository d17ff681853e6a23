import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as v from 'valibot';

const Answer = v.union([
  v.object({ refusal: v.string() }),
  v.object({ matches: v.array(v.nullable(v.boolean())), complexity: v.optional(v.number()) }),
]);

/** Answer of Event Ruler: it refuses the pattern, or says which events match; `null` for one that it throws for. */
type RulerAnswer = v.InferOutput<typeof Answer>;

export type EventRuler = {
  ask(pattern: string, events: readonly string[]): Promise<RulerAnswer>;
  stop(): Promise<void>;
};

const pathOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Starts AWS's Event Ruler in a process of its own. Throws where Maven or a JDK is missing. */
export async function startEventRuler(version: string, countsComplexity: boolean): Promise<EventRuler> {
  const jars = pathOf(`.build/event-ruler/${version}`);
  if (!existsSync(`${jars}/event-ruler-${version}.jar`))
    await promisify(execFile)('mvn', [
      ...['--batch-mode', '--quiet', '--file', pathOf('test/ruler/pom.xml'), `-Druler.version=${version}`],
      ...['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${jars}`],
    ]);
  const java = spawn(
    'java',
    ['-cp', `${jars}/*`, pathOf('test/ruler/Oracle.java'), ...(countsComplexity ? ['complexity'] : [])],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const exited = once(java, 'exit');
  const lines = createInterface({ input: java.stdout })[Symbol.asyncIterator]();
  return {
    ask: async (pattern, events) => {
      java.stdin.write(`${JSON.stringify([pattern, ...events])}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`Event Ruler ${version} has ended.`);
      return v.parse(Answer, JSON.parse(value));
    },
    stop: async () => {
      java.stdin.end();
      await exited;
    },
  };
}
