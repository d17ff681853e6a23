import { callsOn } from './adapters/aws/cloudwatch-logs.ts';
import { logArchive } from './adapters/aws/log-archive.ts';
import { livePorts } from './compose.ts';
import { readLogGroup, readRoleCredentials } from './config.ts';
import type { LogArchive, Ports } from './ports.ts';

/** The archive that the stage names; `undefined` when it names none. Nothing is sent before the first read. */
function composeArchive(withinMs: number): LogArchive | undefined {
  const group = readLogGroup();
  return group && logArchive(callsOn({ ...group, credentials: readRoleCredentials() }, withinMs));
}

/** The ports of one invocation of the function that reads: it alone has the right to read archived logs. */
export const liveReadingPorts = async (withinMs: number): Promise<Ports> => ({
  ...(await livePorts(withinMs)),
  archive: composeArchive(withinMs),
});
