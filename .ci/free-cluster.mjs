import { once } from 'node:events';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';

/*
 * Prints, as shell variables, free ports and a free network for one more cluster of the kit: sixteen consecutive ports
 * below the ephemeral range, and a /24 network that no interface has.
 */
const PORTS = 16;
const FIRST = 20_000;
const RANGES = 700;

const isFree = async (port) => {
  const server = createServer().listen(port);
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
};

const networks = Object.values(networkInterfaces()).flatMap((found = []) =>
  found.map(({ address }) => address.replace(/\.\d+$/, '')),
);

const begin = Math.floor(Math.random() * RANGES);
for (let tried = 0; tried < RANGES; tried += 1) {
  const range = (begin + tried) % RANGES;
  const port = FIRST + PORTS * range;
  const network = `10.${200 + (range >> 8)}.${range & 255}`;
  const free = await Promise.all(Array.from({ length: PORTS }, (_, index) => isFree(port + index)));
  if (free.every(Boolean) && !networks.includes(network)) {
    console.log(`export TASKBRIDGE_CLUSTER_PORT=${port} TASKBRIDGE_CLUSTER_SUBNET=${network}`);
    process.exit();
  }
}
console.error(`No ${PORTS} ports in a row are free from ${FIRST} on.`);
process.exitCode = 1;
