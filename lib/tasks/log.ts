/** Line of a log. `time` sorts as text: seconds since 1970 with nine decimals. */
export type LogLine = { readonly time: string; readonly text: string };

const TIMESTAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d) ?/;

/** Parses `2026-11-24T21:00:00.5Z text`. The kubelet drops trailing zeros and writes the time zone of its node. */
export function parseLogLine(line: string): LogLine | undefined {
  const [stamp, seconds, fraction = '', zone] = TIMESTAMP.exec(line) ?? [];
  if (stamp === undefined) return undefined;
  const epoch = Math.floor(Date.parse(`${seconds}${zone}`) / 1000);
  return {
    time: `${String(epoch).padStart(11, '0')}.${fraction.padEnd(9, '0')}`,
    text: line.slice(stamp.length),
  };
}

/** True for lines with the same time and text. */
export const isSameLine = (a: LogLine, b: LogLine): boolean => a.time === b.time && a.text === b.text;

/** Start of a read: the last `tail` lines, or `since` in seconds since 1970. */
export type LogStart = { readonly tail?: number | undefined; readonly since?: number | undefined };

/** Port to the logs of pods. */
export type Logs = {
  /**
   * Returns the lines of the task's container in a pod, or of a build's `step`. `notStarted` before the container runs,
   * `gone` when the pod does not exist.
   */
  read(
    space: string,
    pod: string,
    start: LogStart,
    step?: string,
  ): Promise<AsyncIterable<LogLine> | 'notStarted' | 'gone'>;
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
  ): Promise<AsyncIterable<LogLine> | 'gone'>;
};
