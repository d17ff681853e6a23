/** RFC 3339 in UTC, without the milliseconds of a whole second: how Kubernetes writes a moment. */
export const toRfc3339 = (moment: Date): string => moment.toISOString().replace('.000Z', 'Z');
