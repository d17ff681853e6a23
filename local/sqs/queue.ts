import { createHash, randomUUID } from 'node:crypto';

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

/** Creates a standard queue in memory without a retention period. */
export function createQueue(name: string, now: () => Date): Queue {
  const messages = new Map<string, Message & { readonly hiddenUntil: number }>();
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
