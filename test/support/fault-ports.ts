import type { AllPorts } from './memory-ports.ts';

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
export type FaultProxy = <T>(call: Call<T>) => Promise<T>;

/** Ports with a hook before each of their calls. A list in parts is one call. */
export const faultPorts = (ports: AllPorts, proxy: FaultProxy): AllPorts => ({
  ...ports,
  apps: gated(ports.apps, 'cluster', proxy),
  jobs: gated(ports.jobs, 'cluster', proxy),
  runs: gated(ports.runs, 'cluster', proxy),
  secrets: gated(ports.secrets, 'cluster', proxy),
  serviceAccounts: gated(ports.serviceAccounts, 'cluster', proxy),
  parameters: gated(ports.parameters, 'cluster', proxy),
  rules: gated(ports.rules, 'eventBridge', proxy),
  bus: gated(ports.bus, 'eventBridge', proxy),
});

type Methods = Readonly<Record<string, (...input: readonly unknown[]) => unknown>>;

const gated = <P extends object>(port: P, service: Service, proxy: FaultProxy): P =>
  new Proxy(port, {
    get: (target, method: string) => {
      const methods = target as unknown as Methods;
      return method === 'all'
        ? () => allThrough(methods, service, proxy)
        : (...input: readonly unknown[]) =>
            proxy({ service, method, input, effect: async () => methods[method]?.(...input) });
    },
  });

async function* allThrough(methods: Methods, service: Service, proxy: FaultProxy): AsyncGenerator<unknown> {
  const effect = async (): Promise<unknown[]> => {
    const parts: unknown[] = [];
    const all = methods.all?.() as AsyncIterable<unknown>;
    for await (const part of all) parts.push(part);
    return parts;
  };
  yield* await proxy({ service, method: 'all', input: [], effect });
}
