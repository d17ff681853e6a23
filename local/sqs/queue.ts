import { createHash, randomUUID } from 'node:crypto';

type Attributes = Readonly<Record<string, string>>;

/** Received message. */
type Message = {
  readonly id: string;
  readonly body: string;
  readonly sentAt: Date;
  readonly attributes: Attributes;
  /** Receive count, this time included. */
  readonly receives: number;
  /** Receipt handle of this receive; deletes the message. */
  readonly handle: string;
};

export type Queue = {
  readonly name: string;
  send(body: string, attributes?: Attributes): void;
  /** Receives up to `most` messages, oldest first, and hides them from others. */
  receive(most: number, hiddenSeconds: number): readonly Message[];
  /** Hides a message for some seconds from now. */
  hide(handle: string, seconds: number): void;
  /** Deletes a message. A handle from before the last receive has no effect. */
  remove(handle: string): void;
  /** Bodies of all messages, hidden ones included. */
  bodies(): readonly string[];
};

/** Creates a standard queue in memory without a retention period. */
export function newQueue(name: string, now: () => Date): Queue {
  const held = new Map<string, Message & { readonly hiddenUntil: number }>();
  return {
    name,
    send: (body, attributes = {}) => {
      const id = randomUUID();
      held.set(id, { id, body, attributes, sentAt: now(), receives: 0, handle: '', hiddenUntil: 0 });
    },
    receive: (most, hiddenSeconds) => {
      const free = [...held.values()].filter(({ hiddenUntil }) => hiddenUntil <= now().getTime());
      return free.slice(0, most).map((message) => {
        const received = { ...message, receives: message.receives + 1, handle: randomUUID() };
        held.set(message.id, { ...received, hiddenUntil: now().getTime() + hiddenSeconds * 1000 });
        return received;
      });
    },
    hide: (handle, seconds) => {
      for (const message of held.values())
        if (message.handle === handle)
          held.set(message.id, { ...message, hiddenUntil: now().getTime() + seconds * 1000 });
    },
    remove: (handle) => {
      for (const message of held.values()) if (message.handle === handle) held.delete(message.id);
    },
    bodies: () => [...held.values()].map(({ body }) => body),
  };
}

/** MD5 of a body, by which clients detect corruption. */
export const digestOf = (body: string): string => createHash('md5').update(body).digest('hex');
