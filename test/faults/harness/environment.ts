import { ACCOUNT, REGION } from '../../../local/account.ts';
import { type Bus, type Buses, createBuses, getBus, type Rule } from '../../../local/eventbridge/bus.ts';
import type { BusEvent } from '../../../local/eventbridge/event-operations.ts';
import { createEventBridgeServer } from '../../../local/eventbridge/server.ts';
import { createFakeClock, type FakeClock } from '../../../local/fake-clock.ts';
import { at } from '../../../local/kubernetes/object.ts';
import { CREDENTIALS } from '../../support/credentials.ts';
import type { AllPorts } from '../../support/memory-ports.ts';
import { type Client, newClient, OWN_BUS } from './client.ts';
import { type Cluster, type Saved, startCluster } from './cluster.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { orphansOf, type State, stateOf } from './state.ts';

/** A cluster, an EventBridge and a clock, with two clients that reach them through a fault proxy each. */
export type Environment = {
  readonly cluster: Cluster;
  readonly buses: Buses;
  /** The default one. */
  readonly bus: Bus;
  readonly clock: FakeClock;
  /** Client whose calls are recorded and failed. */
  readonly proxy: FaultProxy;
  readonly client: Client;
  /** Second client, which works at the same time. */
  readonly other: Client;
  /** Errors that the functions logged and that are no DomainError. */
  readonly bugs: string[];
  /** Lines that the functions logged. */
  readonly logged: string[];
  state(): Promise<State>;
  orphans(): readonly string[];
  save(): Snapshot;
  /** Resets to a snapshot of this or another environment, with the clock at `moment`. */
  renew(moment: Date, snapshot: Snapshot): Promise<void>;
  stop(): Promise<void>;
};

/** Contents of an environment. */
export type Snapshot = { readonly objects: Saved; readonly rules: readonly Rule[] };

export const NOTHING: Snapshot = { objects: [], rules: [] };

/** Starts an environment, to be renewed for each case. `change`: mutation of all functions in it. */
export async function startEnvironment(change?: (ports: AllPorts) => AllPorts): Promise<Environment> {
  const cluster = await startCluster();
  const clock = createFakeClock();
  const buses = createBuses([OWN_BUS], { now: clock.now, maxRules: 300, account: ACCOUNT, region: REGION });
  const bus = getBus(buses, undefined);
  const published = new Map<unknown, BusEvent>();
  const eventBridge = createEventBridgeServer(buses, {
    credentials: CREDENTIALS,
    send: (name, event) => {
      if (name === OWN_BUS) published.set(at(event, 'detail', 'eventId'), event);
    },
  });
  const rules = (): readonly Rule[] => [...buses.byName.values()].flatMap((one) => [...one.rules.values()]);
  const bugs: string[] = [];
  const logged: string[] = [];
  const handle = {
    kubernetes: cluster.handle,
    eventbridge: (...of: Parameters<Cluster['handle']>) => void eventBridge.emit('request', ...of),
  };
  const proxies = [await startFaultProxy(handle), await startFaultProxy(handle)] as const;
  const onError = (why: string): void => {
    bugs.push(why);
  };
  const onLog = (line: string): void => {
    logged.push(line);
  };
  const clients = proxies.map(({ url }) =>
    newClient({ url, token: cluster.token, now: clock.now, onError, onLog, change }),
  );
  const [client, other] = clients;
  if (client === undefined || other === undefined) throw new Error('No clients.');
  return {
    ...{ cluster, buses, bus, clock, client, other, bugs, logged },
    proxy: proxies[0],
    state: async () => {
      await cluster.quiet();
      return stateOf(cluster, rules(), [...published.values()]);
    },
    orphans: () => orphansOf(cluster, rules()),
    save: () => ({ objects: cluster.save(), rules: rules() }),
    renew: async (moment, { objects, rules: saved }) => {
      for (const proxy of proxies) proxy.arm();
      await cluster.restore(objects);
      for (const one of buses.byName.values()) one.rules.clear();
      for (const rule of saved) getBus(buses, rule.bus).rules.set(rule.name, rule);
      published.clear();
      bugs.length = 0;
      logged.length = 0;
      clock.moveTo(moment);
      for (const [index, one] of clients.entries()) one.seed(index + 1);
    },
    stop: async () => {
      for (const one of clients) one.stop();
      for (const proxy of proxies) await proxy.stop();
      cluster.stop();
    },
  };
}
