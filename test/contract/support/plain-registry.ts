import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const ACCEPT = `${MANIFEST}, application/vnd.oci.image.manifest.v1+json`;
const CONFIG = 'application/vnd.docker.container.image.v1+json';
const LAYER = 'application/vnd.docker.image.rootfs.diff.tar.gzip';

const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** Address of a part of an image in a registry without TLS and credentials. `image`: `host/repository:tag` or `@digest`. */
function addressOf(image: string) {
  const [, host = '', repository = '', reference = ''] = /^([^/]+)\/(.+?)[:@]([^/]+)$/.exec(image) ?? [];
  return { base: `http://${host}/v2/${repository}`, reference };
}

async function read(url: string): Promise<Buffer> {
  const response = await fetch(url, { headers: { accept: ACCEPT } });
  if (!response.ok) throw new Error(`GET ${url}: ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

/** Some layers are stored as they are. */
const unpacked = (blob: Buffer): Buffer => (blob[0] === 0x1f && blob[1] === 0x8b ? gunzipSync(blob) : blob);

/** An image as its registry has it: `diffIds` and the unpacked bytes of its layers, from the lowest, and its configuration. */
export async function readImage(image: string) {
  const { base, reference } = addressOf(image);
  const manifest = JSON.parse(String(await read(`${base}/manifests/${reference}`)));
  const config = String(await read(`${base}/blobs/${manifest.config.digest}`));
  const layers: Buffer[] = await Promise.all(
    manifest.layers.map(async ({ digest }: { digest: string }) =>
      unpacked(await read(`${base}/blobs/${digest}`)),
    ),
  );
  const diffIds: readonly string[] = JSON.parse(config).rootfs.diff_ids;
  return { config, layers, diffIds };
}

/** Writes an image of one layer. `labelsOf`: its labels, from the layer's diff id. */
export async function writeImage(
  image: string,
  tar: Buffer,
  labelsOf: (diffId: string) => Readonly<Record<string, string>>,
): Promise<void> {
  const { base, reference } = addressOf(image);
  const diffId = digestOf(tar);
  const layer = gzipSync(tar);
  const config = Buffer.from(
    JSON.stringify({
      ...{ architecture: 'amd64', os: 'linux', config: { Labels: labelsOf(diffId) } },
      rootfs: { type: 'layers', diff_ids: [diffId] },
    }),
  );
  for (const blob of [layer, config]) {
    const started = await fetch(`${base}/blobs/uploads/`, { method: 'POST' });
    const to = new URL(started.headers.get('location') ?? '', base);
    to.searchParams.set('digest', digestOf(blob));
    await written(to, blob, 'application/octet-stream');
  }
  const descriptorOf = (mediaType: string, blob: Buffer) => ({
    mediaType,
    size: blob.length,
    digest: digestOf(blob),
  });
  const manifest = {
    ...{ schemaVersion: 2, mediaType: MANIFEST },
    config: descriptorOf(CONFIG, config),
    layers: [descriptorOf(LAYER, layer)],
  };
  await written(new URL(`${base}/manifests/${reference}`), Buffer.from(JSON.stringify(manifest)), MANIFEST);
}

async function written(url: URL, body: Buffer, type: string): Promise<void> {
  const { status } = await fetch(url, { method: 'PUT', body, headers: { 'content-type': type } });
  if (status !== 201) throw new Error(`PUT ${url}: ${status}`);
}
