/** Documentation of a route beside its schemas. */
export type Operation = {
  /** Operation id: the verb, extended where a verb has two routes. */
  readonly id: string;
  readonly tag: 'Spaces' | 'Apps' | 'Tasks' | 'Jobs';
  readonly summary: string;
  /** Description, in addition to the summary. */
  readonly more: string;
  /** Sample event in events/, the source of the examples. */
  readonly sample: string;
  /** Successful responses by status: meaning and component; without a component there is no body. */
  readonly answers: Readonly<Record<number, readonly [meaning: string, schema?: string]>>;
  /** The response has a Location header. */
  readonly location?: true;
  /** Problems in addition to those of every operation. */
  readonly problems?: readonly ('conflict' | 'gone')[];
  /** The operation accepts an Idempotency-Key. */
  readonly repeatable?: true;
};

/** Responses of operations that start a task. */
export const STARTED = {
  201: ['The task was started.', 'StartedTask'],
  200: ['The task that a request with the same Idempotency-Key started before.', 'StartedTask'],
} as const;
