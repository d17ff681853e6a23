import { connect, createServer, type Socket } from 'node:net';
import { listen } from './listen.ts';

/** Proxy that cuts the nth connection after `cutAfter(n)` bytes of a response; `undefined` passes it whole. */
export async function startCuttingProxy(
  target: string,
  cutAfter: (connection: number) => number | undefined,
) {
  const { port: targetPort, hostname } = new URL(target);
  const sockets = new Set<Socket>();
  let connections = 0;
  let cuts = 0;
  const server = createServer((client) => {
    const limit = cutAfter(connections);
    connections += 1;
    let passed = 0;
    const upstream = connect(Number(targetPort), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (bytes) => upstream.write(bytes));
    upstream.on('data', (bytes) => {
      const left = limit === undefined ? bytes.length : limit - passed;
      passed += bytes.length;
      if (bytes.length <= left) {
        client.write(bytes);
        return;
      }
      cuts += 1;
      client.write(bytes.subarray(0, Math.max(0, left)), () => client.resetAndDestroy());
    });
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    cuts: () => cuts,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
