const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

const WHOLE = /^[-+]?(0|(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+)$/;
const PART = /(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)/g;

/** Parses a Go duration to ms (`1h0m0s`, `500ms`, `-5s`); `undefined` if invalid. */
export function parseDuration(text: string): number | undefined {
  if (!WHOLE.test(text)) return undefined;
  const sum = [...text.matchAll(PART)].reduce(
    (total, [, amount, unit = '']) => total + Number(amount) * (UNIT_MS[unit] ?? 0),
    0,
  );
  return text.startsWith('-') ? -sum : sum;
}

/** Formats ms as Go's `Duration.String`: `1h0m0s`, `4s`, `1m30s`, `500ms`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  if (ms < 1000) return `${ms}ms`;
  const seconds = ms / 1000;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = `${Number((seconds % 60).toFixed(3))}s`;
  if (hours > 0) return `${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}
