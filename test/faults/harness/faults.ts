import type { ServerResponse } from 'node:http';

/** Fault of a call to the cluster or to EventBridge. */
export type Fault = {
  readonly name: string;
  /** `before`: the call has no effect. `after`: it has, and its answer is broken. */
  readonly when: 'before' | 'after';
  /** Sends what the caller gets in place of the answer, which `text` is; a server that hangs sends nothing. */
  readonly answer: (response: ServerResponse, protocol: 'kubernetes' | 'eventbridge', text: string) => void;
};

const cutOff = (response: ServerResponse): void => {
  response.socket?.destroy();
};
const silence = (): void => {};

/** A refusal in the words of the API server, or of EventBridge. */
const refusal =
  (code: number, reason: string, type: string, status = code): Fault['answer'] =>
  (response, protocol) => {
    const message = 'a fault of the test';
    const [sent, body] =
      protocol === 'kubernetes'
        ? [code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code }]
        : [status, { __type: type, message }];
    response.writeHead(sent, {
      'content-type': 'application/json',
      ...(protocol === 'eventbridge' ? { 'x-amzn-errortype': type } : {}),
    });
    response.end(JSON.stringify(body));
  };

/** Sends so much of the answer that was promised, then cuts the connection. */
const broken =
  (share: number): Fault['answer'] =>
  (response, _, text) => {
    const part = text.slice(0, Math.floor(text.length * share));
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    });
    response.write(part === '' ? ' ' : part, () => cutOff(response));
  };

const UNAVAILABLE = refusal(503, 'ServiceUnavailable', 'ServiceUnavailableException');

/** Each way in which a call is broken; a read has no effect, so what comes after one is left out there. */
export const FAULTS: readonly Fault[] = [
  { name: 'refused before its effect', when: 'before', answer: cutOff },
  { name: 'time-out before its effect', when: 'before', answer: silence },
  { name: '409', when: 'before', answer: refusal(409, 'Conflict', 'ConcurrentModificationException', 400) },
  { name: '429', when: 'before', answer: refusal(429, 'TooManyRequests', 'ThrottlingException', 400) },
  { name: '500', when: 'before', answer: refusal(500, 'InternalError', 'InternalException') },
  { name: '503', when: 'before', answer: UNAVAILABLE },
  { name: 'cut connection', when: 'after', answer: broken(0) },
  { name: 'half a body', when: 'after', answer: broken(0.5) },
  { name: 'done, answer lost', when: 'after', answer: cutOff },
  { name: 'done, time-out', when: 'after', answer: silence },
  { name: 'done, 503', when: 'after', answer: UNAVAILABLE },
];

/** True if a fault at a read tests something that another fault does not. */
export const isForReads = ({ name }: Fault): boolean => !name.startsWith('done');
