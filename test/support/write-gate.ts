import { type Forwarder, startForwarder, type Upstream } from './forwarder.ts';

/** Gate before an API server: it knows every request, and may let no further one through. */
export type WriteGate = Forwarder & {
  /** Requests since the last `open`, as `PATCH /apis/…`, without their query. */
  readonly requests: readonly string[];
  /** Lets all requests through, or refuses every one that comes after this many writes, as if their sender had died. */
  open(writes?: number): void;
};

const REFUSED = JSON.stringify({
  kind: 'Status',
  status: 'Failure',
  reason: 'BadRequest',
  message: 'cut off',
});

/** Starts a gate before an API server. */
export async function startWriteGate(upstream: Upstream): Promise<WriteGate> {
  const requests: string[] = [];
  let left = Number.POSITIVE_INFINITY;
  const refusal = (method: string, path: string): string | undefined => {
    const isWrite = method !== 'GET';
    if (left < 0 || (isWrite && left === 0)) {
      left = -1;
      return REFUSED;
    }
    if (isWrite) left -= 1;
    requests.push(`${method} ${path.replace(/\?.*/, '')}`);
    return undefined;
  };
  return {
    ...(await startForwarder(upstream, { refusal })),
    requests,
    open: (writes = Number.POSITIVE_INFINITY) => {
      requests.length = 0;
      left = writes;
    },
  };
}
