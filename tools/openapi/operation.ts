/** What the document says of a route beside its schemas. */
export type Operation = {
  /** Its verb, or where a verb has two routes one that tells them apart. */
  readonly id: string;
  readonly tag: 'Spaces' | 'Apps' | 'Tasks' | 'Jobs';
  readonly summary: string;
  readonly more?: string;
  /** Its sample event in events/, whose parts are its examples. */
  readonly sample: string;
  /** Answers that are no problems: what each means, and the component that it is; none: no body. */
  readonly answers: Readonly<Record<number, readonly [meaning: string, schema?: string]>>;
  /** It makes something, and says where it is. */
  readonly location?: true;
  /** Kinds of problems beside those of every operation. */
  readonly problems?: readonly ('conflict' | 'gone')[];
  /** An Idempotency-Key makes a repeat do nothing twice. */
  readonly repeatable?: true;
};

/** Answers of what starts a task. */
export const STARTED = {
  201: ['It is started.', 'Task'],
  200: ['The same Idempotency-Key started it before: the same task.', 'Task'],
} as const;
