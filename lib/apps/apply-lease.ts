import * as v from 'valibot';
import { Timestamp, toRfc3339 } from '../platform/quantities.ts';

/** Lease of an app for one apply of its jobs at a time: an annotation of the App. */
export type ApplyLease = {
  /** Nonce of the invocation that has it. */
  readonly holderIdentity: string;
  readonly renewTime: Date;
};

/** Time after which a lease is taken over, in ms: twice what a function lives, so its holder has ended. */
const APPLY_LEASE_MS = 60_000;

const Written = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    holderIdentity: v.string(),
    renewTime: v.pipe(
      Timestamp,
      v.transform((text) => new Date(text)),
    ),
  }),
);

/** Lease of an annotation; `undefined` for any other text: anybody may write one. */
export function parseApplyLease(text: string | undefined): ApplyLease | undefined {
  const parsed = v.safeParse(Written, text);
  return parsed.success ? parsed.output : undefined;
}

/** Annotation of a lease; `null` removes it. */
export const serializeApplyLease = (lease: ApplyLease | null): string | null =>
  lease && JSON.stringify({ ...lease, renewTime: toRfc3339(lease.renewTime) });

/** True for a lease whose holder may still be at work. One from the future has a wrong clock, and holds nothing. */
export function isHeld({ renewTime }: ApplyLease, now: Date): boolean {
  const age = now.getTime() - renewTime.getTime();
  return Math.abs(age) < APPLY_LEASE_MS;
}
