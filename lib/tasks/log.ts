/**
 * Piece of a line of a log: some bytes of its text, the last of them the line feed where the line ends there. A line comes in
 * pieces, one after another, so that none is held as a whole. `time`: time of the line, that of its first piece; it sorts as
 * text: seconds since 1970 with nine decimals.
 */
export type LogPiece = { readonly time: string; readonly bytes: Buffer };

const TIMESTAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/** Parses `2026-11-24T21:00:00.5Z`. The kubelet drops trailing zeros and writes the time zone of its node. */
export function parseLogTime(text: string): string | undefined {
  const [stamp, seconds, fraction = '', zone] = TIMESTAMP.exec(text) ?? [];
  if (stamp === undefined) return undefined;
  const epoch = Math.floor(Date.parse(`${seconds}${zone}`) / 1000);
  return Number.isNaN(epoch) ? undefined : `${String(epoch).padStart(11, '0')}.${fraction.padEnd(9, '0')}`;
}

/** Second since 1970 of a time of a log. */
export const secondOf = (time: string): number => Number(time.slice(0, 11));

/** Formats a time of a log in RFC 3339, with its nine decimals. */
export const formatLogTime = (time: string): string =>
  `${new Date(secondOf(time) * 1000).toISOString().slice(0, 19)}${time.slice(11)}Z`;

/** Start of a read: the last `tail` lines, or `since` in seconds since 1970. */
export type LogStart = { readonly tail?: number | undefined; readonly since?: number | undefined };

/** Port to the logs of pods. */
export type Logs = {
  /**
   * Returns the lines of the task's container in a pod, or of a build's `step`, in pieces. `notStarted` before the container
   * runs, `gone` when the pod does not exist.
   */
  read(
    space: string,
    pod: string,
    start: LogStart,
    step?: string,
  ): Promise<AsyncIterable<LogPiece> | 'notStarted' | 'gone'>;
};

/** Port to logs that outlive their pods. */
export type LogArchive = {
  /**
   * Returns the lines of the task's container in a pod of a task with this lifetime, as {@link Logs} does. `gone` when
   * the archive has none, perhaps not yet: lines arrive with a delay of seconds. Throws `unavailable`.
   */
  read(
    space: string,
    pod: string,
    lived: { readonly from: Date; readonly to: Date },
    start: LogStart,
  ): Promise<AsyncIterable<LogPiece> | 'gone'>;
};
