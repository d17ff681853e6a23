import { integer } from '../reads.ts';
import { badRequest, type Cause, invalid, invalidValue } from '../status.ts';

export type LogOptions = {
  readonly timestamps: boolean;
  readonly follow: boolean;
  readonly tailLines?: number | undefined;
  readonly limitBytes?: number | undefined;
  /** RFC 3339 with nine fractional digits, so that times compare as strings. */
  readonly since?: string | undefined;
};

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)$/;

/**
 * Parses `PodLogOptions` from a query. `sinceTime` is truncated to seconds, as a real kubelet receives it. Throws 400
 * for an invalid value and 422 for one out of range.
 */
export function parseLogOptions(pod: string, query: URLSearchParams): LogOptions {
  const tailLines = integer(query.get('tailLines'));
  const limitBytes = integer(query.get('limitBytes'));
  const sinceSeconds = integer(query.get('sinceSeconds'));
  const sinceTime = query.get('sinceTime') ?? '';
  if (sinceTime !== '' && !RFC3339.test(sinceTime)) {
    throw badRequest(
      `parsing time ${JSON.stringify(sinceTime)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(sinceTime)} as "2006"`,
    );
  }
  const causes = [
    ...atLeast('tailLines', tailLines, 0, 'must be greater than or equal to 0'),
    ...atLeast('limitBytes', limitBytes, 1, 'must be greater than 0'),
    ...atLeast('sinceSeconds', sinceSeconds, 1, 'must be greater than 0'),
    ...(sinceSeconds !== undefined && sinceTime !== '' ? [BOTH_SINCE] : []),
  ];
  if (causes.length > 0) throw invalid({ group: '', kind: 'PodLogOptions' }, pod, causes);
  return {
    timestamps: query.get('timestamps') === 'true',
    follow: query.get('follow') === 'true',
    tailLines,
    limitBytes,
    since:
      sinceTime !== ''
        ? `${new Date(sinceTime).toISOString().slice(0, 19)}.000000000Z`
        : sinceSeconds === undefined
          ? undefined
          : new Date(Date.now() - sinceSeconds * 1000).toISOString().replace('Z', '000000Z'),
  };
}

const BOTH_SINCE: Cause = {
  reason: 'FieldValueForbidden',
  field: '[]',
  message: 'Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
};

const atLeast = (field: string, value: number | undefined, least: number, message: string): Cause[] =>
  value === undefined || value >= least ? [] : [invalidValue(field, value, message)];
