import { BlockList, isIP } from 'node:net';
import { UsageError } from './errors.ts';
import { isLoopback } from './loopback.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Proxy of a request, and the variable that names it. */
export type HttpProxy = { readonly url: URL; readonly variable: string };

/** Variables by scheme, the first that is set wins. As with curl there is no HTTP_PROXY: a CGI program gets it from a header. */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  'http:': ['http_proxy', 'all_proxy', 'ALL_PROXY'],
  'https:': ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'],
};

/**
 * Finds the proxy of a URL in the environment; `undefined` for a direct connection. Loopback addresses are never proxied: a
 * token that may go to this machine alone would leave it. Throws a usage error for a variable that names no HTTP proxy.
 */
export function proxyOf(env: Environment, target: string): HttpProxy | undefined {
  const { protocol, hostname, port } = new URL(target);
  const variable = VARIABLES[protocol]?.find((name) => env[name]);
  const text = variable === undefined ? undefined : env[variable];
  if (variable === undefined || text === undefined || isLoopback(hostname)) return undefined;
  const exceptions = env.no_proxy || env.NO_PROXY || '';
  if (isException(exceptions, hostname, port || (protocol === 'https:' ? '443' : '80'))) return undefined;
  const url = proxyUrl(text);
  if (url !== undefined) return { url, variable };
  throw new UsageError(
    `${variable} is not the URL of an HTTP proxy: "${withoutPassword(text)}". Use a URL such as ` +
      `http://proxy.example:3128, or unset it, or add ${hostname} to no_proxy.`,
  );
}

/** Name of a proxy in messages, without its password. */
export const nameOfProxy = ({ url, variable }: HttpProxy): string =>
  `proxy ${url.protocol}//${url.host} (${variable})`;

const withoutPassword = (text: string): string => text.replace(/^((?:[a-z]+:\/\/)?).*@/i, '$1…@');

/** Parses a proxy's URL; `http:` where it has no scheme. */
function proxyUrl(text: string): URL | undefined {
  try {
    const url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
    // Both are decoded when the proxy asks for them.
    decodeURIComponent(url.username + url.password);
    return /^https?:$/.test(url.protocol) ? url : undefined;
  } catch {
    return undefined;
  }
}

/**
 * True where no_proxy has the host: a name (itself and those below it, with or without `.` or `*.` before it), an address, a
 * subnet, or `*`; each with a port or without. Entries are separated by commas or spaces.
 */
function isException(exceptions: string, hostname: string, port: string): boolean {
  const host = plain(hostname);
  return exceptions.split(/[\s,]+/).some((text) => {
    if (text === '*') return true;
    const [, name = '', onPort] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(text) ?? [undefined, text];
    return (onPort === undefined || onPort === port) && matches(plain(name.replace(/^\*?\./, '')), host);
  });
}

const plain = (host: string): string =>
  host
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase();

function matches(entry: string, host: string): boolean {
  if (entry === '') return false;
  if (isIP(host) === 0) return host === entry || host.endsWith(`.${entry}`);
  const [address = '', bits] = entry.split('/');
  const family = familyOf(address);
  const length = bits === undefined ? LENGTHS[family] : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (isIP(address) === 0 || !(length <= LENGTHS[family])) return false;
  const list = new BlockList();
  list.addSubnet(address, length, family);
  return list.check(host, familyOf(host));
}

const LENGTHS = { ipv4: 32, ipv6: 128 } as const;
const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');
