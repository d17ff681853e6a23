import type { Log } from './observability.ts';

/** Writes a line of JSON to standard output, which Lambda keeps as it is. */
export const jsonLog: Log = (level, message, fields = {}) => {
  process.stdout.write(
    `${JSON.stringify({ timestamp: new Date().toISOString(), level, message, ...fields })}\n`,
  );
};
