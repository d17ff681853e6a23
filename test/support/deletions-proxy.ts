import { type Forwarder, startForwarder, type Upstream } from './forwarder.ts';

/** Stands before an API server on loopback. `deleted` is called when a deletion is done, before its answer goes out. */
export const startDeletionsProxy = (upstream: Upstream, deleted: () => void): Promise<Forwarder> =>
  startForwarder(upstream, {
    answered: (method, status) => {
      if (method === 'DELETE' && status === 200) deleted();
    },
  });
