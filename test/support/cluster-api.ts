import { type Connection, httpClient, type Response } from './http-client.ts';

type Condition = {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration?: number;
};

type Ended = {
  readonly exitCode: number;
  readonly reason: string;
  readonly startedAt: string;
  readonly finishedAt: string;
};

type Step = { readonly container: string; readonly running?: object; readonly terminated?: Ended };

/** The parts of Kubernetes objects, lists and errors that the suites look at one by one. */
export type Body = {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly generation: number;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
    readonly creationTimestamp: string;
    readonly deletionTimestamp?: string;
    readonly ownerReferences?: readonly { readonly uid: string }[];
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  readonly spec: Readonly<Record<string, unknown>>;
  /** Data of a ConfigMap. */
  readonly data?: Readonly<Record<string, string>>;
  readonly status: {
    readonly conditions?: readonly Condition[];
    readonly childReferences?: readonly { readonly kind: string; readonly name: string }[];
    readonly podName?: string;
    readonly results?: readonly { readonly name: string; readonly value: string }[];
    readonly steps?: readonly Step[];
    readonly token?: string;
  };
  readonly items: readonly Body[];
  readonly reason: string;
  readonly message: string;
  readonly details: { readonly causes: readonly { readonly field: string; readonly message: string }[] };
};

export type Answer = Response & { readonly body: Body };

type Query = Readonly<Record<string, string | number | boolean>>;

const JSON_TYPE = 'application/json';

const withQuery = (path: string, query: Query): string => {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) pairs.set(name, String(value));
  return pairs.size === 0 ? path : `${path}?${pairs}`;
};

/** An answer that is not JSON (a log) has an empty object for a body. */
const parsed = (response: Response): Answer => ({
  ...response,
  body: (response.contentType.includes('json') && response.encoding === ''
    ? JSON.parse(response.text)
    : {}) as Body,
});

/** The Kubernetes API as the suites speak it: one method a verb, every answer returned, none thrown. */
export function clusterApi(connection: Connection) {
  const client = httpClient(connection);
  const send = async (
    method: string,
    path: string,
    { query = {}, body, type = JSON_TYPE, headers = {} }: SendOptions = {},
  ): Promise<Answer> =>
    parsed(
      await client.send({
        method,
        path: withQuery(path, query),
        headers: { accept: JSON_TYPE, ...(body === undefined ? {} : { 'content-type': type }), ...headers },
        body: body === undefined ? undefined : JSON.stringify(body),
      }),
    );

  return {
    send,
    get: (path: string, query: Query = {}) => send('GET', path, { query }),
    create: (path: string, body: object, query: Query = {}) => send('POST', path, { query, body }),
    replace: (path: string, body: object) => send('PUT', path, { body }),
    mergePatch: (path: string, body: object) =>
      send('PATCH', path, { body, type: 'application/merge-patch+json' }),
    delete: (path: string, options: object = {}) => send('DELETE', path, { body: options }),
    close: client.close,
  };
}

type SendOptions = {
  readonly query?: Query;
  readonly body?: object;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

export type ClusterApi = ReturnType<typeof clusterApi>;
