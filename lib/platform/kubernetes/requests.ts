import { isLabelPart } from '../labels.ts';
import { checkedName, Name } from '../names.ts';
import { textThat } from '../schema.ts';

/*
 * Paths and selectors of requests. Texts of users and of objects become part of them here alone, checked and encoded, so
 * that none reaches another object, another namespace or more objects than were meant.
 */

/** Objects of a kind: in a namespace, or in the whole cluster. `group` of the core: `''`. */
type Kind = {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace?: string | undefined;
};

/** One object, all of its kind without `name`, or a part of it: `status`, `log`. */
type Place = Kind & { readonly name?: string | undefined; readonly subresource?: string | undefined };

/** Path of a request to the API server. Only this class makes one, and the transport takes no other. */
export class ApiPath {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** Builds the path of a place. Throws `invalid` for a part that is no name of Kubernetes. */
  static of({ group, version, plural, namespace, name, subresource }: Place): ApiPath {
    const parts = [
      ...(group === '' ? ['api'] : ['apis', checkedName('group', group)]),
      checkedName('version', version, Name),
      ...(namespace === undefined ? [] : ['namespaces', checkedName('namespace', namespace, Name)]),
      checkedName('plural', plural, Name),
      ...(name === undefined ? [] : [checkedName('name', name)]),
      ...(subresource === undefined ? [] : [checkedName('subresource', subresource, Name)]),
    ];
    return new ApiPath(`/${parts.map(encodeURIComponent).join('/')}`);
  }

  /**
   * Builds the path anew that the client made for custom resources, `/apis/GROUP/VERSION/…` with encoded parts. The client
   * checks none of them, and a part `..` would be resolved.
   */
  static ofClient(path: string): ApiPath {
    const [, , group = '', version = '', ...rest] = path.split('/').map(decodeURIComponent);
    // /namespaces/NAME is a namespace, /namespaces/NAME/PLURAL a collection in it.
    const [namespace, plural = '', name, subresource, ...more] =
      rest[0] === 'namespaces' && rest.length > 2 ? rest.slice(1) : [undefined, ...rest];
    if (more.length > 0) throw new Error(`The path ${path} has more parts than one of an object.`);
    return ApiPath.of({ group, version, namespace, plural, name, subresource });
  }

  toString(): string {
    return this.#text;
  }
}

/**
 * Selector of objects by their labels: a value, any of several values, or `false` for objects without the label; `undefined`
 * is no condition. Of several values those that no label can have are left out: they select nothing.
 */
export const labelSelector = (
  labels: Readonly<Record<string, string | readonly string[] | false | undefined>>,
): string =>
  Object.entries(labels)
    .flatMap(([label, value]) => (value === undefined ? [] : [requirement(label, value)]))
    .join(',');

const LabelValue = textThat(isLabelPart, 'letters, digits, "-", "_" and ".", at most 63 characters.');

function requirement(label: string, value: string | readonly string[] | false): string {
  if (value === false) return `!${label}`;
  if (typeof value === 'string') return `${label}=${checkedName(label, value, LabelValue)}`;
  const values = value.filter(isLabelPart);
  // Kubernetes refuses an empty set; no object both has a label and lacks it.
  return values.length === 0 ? `${label},!${label}` : `${label} in (${values.join(',')})`;
}
