import { createHash, randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { Codec } from '../data/data.ts';

type Attributes = Readonly<Record<string, string>>;

/** Received message. */
type Message = {
  readonly id: string;
  readonly body: string;
  readonly sentAt: Date;
  readonly attributes: Attributes;
  /** Receive count, this time included. */
  readonly receiveCount: number;
  /** Receipt handle of this receive; deletes the message. */
  readonly receiptHandle: string;
};

export type Queue = {
  readonly name: string;
  send(body: string, attributes?: Attributes): void;
  /** Receives up to `most` messages, oldest first, and hides them from others. */
  receive(max: number, hiddenSeconds: number): readonly Message[];
  /** Hides a message for some seconds from now. */
  changeVisibility(receiptHandle: string, seconds: number): void;
  /** Deletes a message. A handle from before the last receive has no effect. */
  delete(receiptHandle: string): void;
  /** Bodies of all messages, hidden ones included. */
  bodies(): readonly string[];
};

/** Message of a queue. `hiddenUntil`: in ms since 1970. */
type Stored = Message & { readonly hiddenUntil: number };

const Kept = v.object({
  id: v.string(),
  body: v.string(),
  sentAt: v.pipe(
    v.number(),
    v.transform((time) => new Date(time)),
  ),
  attributes: v.record(v.string(), v.string()),
  receiveCount: v.number(),
  receiptHandle: v.string(),
  hiddenUntil: v.number(),
});

export const MESSAGE: Codec<Stored> = {
  encode: ({ sentAt, ...message }) => ({ ...message, sentAt: sentAt.getTime() }),
  decode: (kept) => v.parse(Kept, kept),
};

/** Creates a standard queue without a retention period. */
export function createQueue(name: string, now: () => Date, messages = new Map<string, Stored>()): Queue {
  return {
    name,
    send: (body, attributes = {}) => {
      const id = randomUUID();
      messages.set(id, {
        id,
        body,
        attributes,
        sentAt: now(),
        receiveCount: 0,
        receiptHandle: '',
        hiddenUntil: 0,
      });
    },
    receive: (max, hiddenSeconds) => {
      const free = [...messages.values()].filter(({ hiddenUntil }) => hiddenUntil <= now().getTime());
      return free.slice(0, max).map((message) => {
        const received = { ...message, receiveCount: message.receiveCount + 1, receiptHandle: randomUUID() };
        messages.set(message.id, { ...received, hiddenUntil: now().getTime() + hiddenSeconds * 1000 });
        return received;
      });
    },
    changeVisibility: (receiptHandle, seconds) => {
      for (const message of messages.values())
        if (message.receiptHandle === receiptHandle)
          messages.set(message.id, { ...message, hiddenUntil: now().getTime() + seconds * 1000 });
    },
    delete: (receiptHandle) => {
      for (const message of messages.values())
        if (message.receiptHandle === receiptHandle) messages.delete(message.id);
    },
    bodies: () => [...messages.values()].map(({ body }) => body),
  };
}

/** MD5 of a body, by which clients detect corruption. */
export const md5Of = (body: string): string => createHash('md5').update(body).digest('hex');
