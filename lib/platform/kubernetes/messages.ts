/*
 * Error messages of Kubernetes and Tekton that are distinguished by their text, since code and reason are those of other
 * errors too. The contract suites check them on the versions of the CI matrix (.github/workflows).
 */

/** RBAC's refusal (403). Quotas and a namespace that is being deleted answer 403 too. */
export const isMissingRight = (message: string): boolean => / cannot \w+ resource /.test(message);

/** A list's refusal of a continue token that it does not know (400). */
export const isUnknownContinueToken = (message: string): boolean =>
  message.includes('continue key is not valid');

/** A delete's refusal because another object has the name (409). */
export const isOtherUid = (message: string): boolean => message.includes('does not match the UID in record');

/** The refusal of a JSON patch whose test fails (422). */
export const isFailedPatchTest = (message: string): boolean =>
  message.includes('the server rejected our request due to an error in our request');

/** The kubelet's refusal of the log of a container that has not run yet (400, as for a name that is not valid). */
export const isWaitingContainer = (message: string): boolean =>
  / is waiting to start\b| is not available$/.test(message);

/** Tekton's refusal to change a run that has ended (400). */
export const isEndedRun = (message: string): boolean => message.includes('no updates are allowed');
