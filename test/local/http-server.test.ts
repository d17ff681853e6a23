import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { expect, it } from '@jest/globals';
import { listen, portOf } from '../../local/http-server.ts';

/** More than Node's own backlog of 511. */
const CROWD = 700;

/** Program that prints how many of its connections were accepted by the system. */
const CONNECT = `
  const { connect } = require('node:net');
  const [port, count] = process.argv.slice(1).map(Number);
  let made = 0;
  const end = () => { console.log(made); process.exit(); };
  setTimeout(end, 60_000);
  for (let index = 0; index < count; index += 1)
    connect(port, '127.0.0.1', () => { made += 1; if (made === count) end(); });
`;

/** Connections that this system lets wait for a program; not known where the system is not Linux. */
const LIMIT_FILE = '/proc/sys/net/core/somaxconn';
const limit = existsSync(LIMIT_FILE) ? Number(readFileSync(LIMIT_FILE, 'utf8')) : 0;

// Other systems, and Linux where it is told so, let fewer wait, whatever a program asks for.
(limit < CROWD ? it.skip : it)('a crowd connects while the process of a server is busy', async () => {
  const { url, close } = await listen(createServer());
  // This process takes no connection as long as it waits for the other one.
  const made = execFileSync(process.execPath, ['-e', CONNECT, String(portOf(url)), String(CROWD)]);
  expect(Number(made)).toBe(CROWD);
  await close();
});
