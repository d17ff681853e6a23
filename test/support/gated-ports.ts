import type { ReconcilingPorts } from '../../lib/ports.ts';

/** Whom a call of a port asks. */
export type Service = 'cluster' | 'eventBridge';

/** A call of a port, with its name and its input. */
type Call<T> = {
  readonly service: Service;
  readonly method: string;
  readonly input: readonly unknown[];
  readonly effect: () => Promise<T>;
};

/** Lets a call through, now or later, or fails it. */
export type Gate = <T>(call: Call<T>) => Promise<T>;

/** The ports with a gate before each of their calls. A list in parts is one call. */
export const gatedPorts = (ports: ReconcilingPorts, gate: Gate): ReconcilingPorts => ({
  ...ports,
  apps: gated(ports.apps, 'cluster', gate),
  jobs: gated(ports.jobs, 'cluster', gate),
  runs: gated(ports.runs, 'cluster', gate),
  secrets: gated(ports.secrets, 'cluster', gate),
  serviceAccounts: gated(ports.serviceAccounts, 'cluster', gate),
  rules: gated(ports.rules, 'eventBridge', gate),
  bus: gated(ports.bus, 'eventBridge', gate),
});

type Methods = Readonly<Record<string, (...input: readonly unknown[]) => unknown>>;

const gated = <P extends object>(port: P, service: Service, gate: Gate): P =>
  new Proxy(port, {
    get: (target, method: string) => {
      const methods = target as unknown as Methods;
      return method === 'all'
        ? () => allThrough(methods, service, gate)
        : (...input: readonly unknown[]) =>
            gate({ service, method, input, effect: async () => methods[method]?.(...input) });
    },
  });

async function* allThrough(methods: Methods, service: Service, gate: Gate): AsyncGenerator<unknown> {
  const effect = async (): Promise<unknown[]> => {
    const parts: unknown[] = [];
    const all = methods.all?.() as AsyncIterable<unknown>;
    for await (const part of all) parts.push(part);
    return parts;
  };
  yield* await gate({ service, method: 'all', input: [], effect });
}
