import { createHash, randomUUID } from 'node:crypto';

type Attributes = Readonly<Record<string, string>>;

/** A message as its receiver gets it. */
type Message = {
  readonly id: string;
  readonly body: string;
  readonly sentAt: Date;
  readonly attributes: Attributes;
  /** How often it was received, this time too. */
  readonly receives: number;
  /** Of this very receipt: it deletes the message. */
  readonly handle: string;
};

export type Queue = {
  readonly name: string;
  send(body: string, attributes?: Attributes): void;
  /** So many messages at most, the oldest first, which nobody else gets for so many seconds. */
  receive(most: number, hiddenSeconds: number): readonly Message[];
  /** So many seconds from now nobody gets the message. */
  hide(handle: string, seconds: number): void;
  /** Once a message was received again, an older handle deletes nothing. */
  remove(handle: string): void;
  /** All that are there, hidden ones too. */
  bodies(): readonly string[];
};

/** A standard queue in memory; messages stay for as long as it does. */
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

/** What SQS tells of a body, so that clients see what was lost on the way. */
export const digestOf = (body: string): string => createHash('md5').update(body).digest('hex');
