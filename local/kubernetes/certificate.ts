import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** Certificate with its private key, in PEM. */
export type Certificate = { readonly cert: string; readonly key: string };

/** Lifetime in ms: a year, and an hour before now for clocks that differ. */
const LIFETIME_MS = 365 * 24 * 3_600_000;
const BEFORE_MS = 3_600_000;

/**
 * Creates a certificate of this machine's loopback and of `host` that is its own authority (X.509 v3, RFC 5280; ECDSA with P-256).
 * kubectl needs one: it sends no token to a server without TLS.
 */
export function createCertificate(host = 'localhost', now = Date.now()): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from('taskbridge-local')))));
  const signed = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ECDSA_WITH_SHA256,
    name,
    sequence(timeOf(now - BEFORE_MS), timeOf(now + LIFETIME_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(IS_AUTHORITY, addressesOf(host))),
  );
  const bits = Buffer.concat([Buffer.from([0]), sign('sha256', signed, privateKey)]);
  const text = sequence(signed, ECDSA_WITH_SHA256, der(0x03, bits)).toString('base64');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${text.replace(/.{64}/g, '$&\n').trimEnd()}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** Value in DER: its tag, its length and its content. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const long = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  const head = length < 0x80 ? [length] : long;
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts);
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

/** UTCTime, as RFC 5280 wants it until 2049. */
const timeOf = (time: number): Buffer =>
  der(
    0x17,
    Buffer.from(
      new Date(time)
        .toISOString()
        .slice(2)
        .replace(/[-:T]|\.\d+/g, ''),
    ),
  );

const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));

const TRUE = der(0x01, Buffer.from([0xff]));

/** Basic constraints: an authority. */
const IS_AUTHORITY = sequence(oid('551d13'), TRUE, der(0x04, sequence(TRUE)));

/** Alternative names: 127.0.0.1 and the host. */
const addressesOf = (host: string): Buffer =>
  sequence(
    oid('551d11'),
    der(0x04, sequence(der(0x87, Buffer.from([127, 0, 0, 1])), der(0x82, Buffer.from(host)))),
  );
