import { createHash } from 'node:crypto';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar';

type Blob = { readonly mediaType: string; readonly digest: string; readonly size: number };
type Manifest = { readonly config: Blob; readonly layers: readonly Blob[] };
type Layer = { readonly mediaType: string; readonly bytes: Buffer; readonly diffId: string };
type Config = { readonly rootfs: { readonly diff_ids: readonly string[] }; readonly config: object };

/** An image, its lowest layer first. */
export type Image = { readonly config: Config; readonly layers: readonly Layer[] };

const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** A layer of the bytes of a tar. */
export const layerOf = (bytes: Buffer): Layer => ({ mediaType: LAYER, bytes, diffId: digestOf(bytes) });

/** Images of a registry without TLS and passwords. */
export function registryOf(host: string) {
  const at = (path: string) => `http://${host}/v2/${path}`;

  const request = async (url: string | URL, init: RequestInit = {}): Promise<Response> => {
    const response = await fetch(url, init);
    if (!response.ok) throw new Error(`${init.method ?? 'GET'} ${url}: ${response.status}`);
    return response;
  };
  const bytesOf = async (url: string) =>
    Buffer.from(await (await request(url, { headers: { accept: MANIFEST } })).arrayBuffer());
  const blobOf = (repository: string, { digest }: Blob) => bytesOf(at(`${repository}/blobs/${digest}`));

  const upload = async (repository: string, bytes: Buffer, mediaType: string): Promise<Blob> => {
    const started = await request(at(`${repository}/blobs/uploads/`), { method: 'POST' });
    const url = new URL(started.headers.get('location') ?? '', at(''));
    const digest = digestOf(bytes);
    url.searchParams.set('digest', digest);
    await request(url, { method: 'PUT', body: new Uint8Array(bytes) });
    return { mediaType, digest, size: bytes.length };
  };

  return {
    /** Pulls an image by tag or digest. */
    pull: async (repository: string, reference: string): Promise<Image> => {
      const manifest: Manifest = JSON.parse(
        (await bytesOf(at(`${repository}/manifests/${reference}`))).toString(),
      );
      const config: Config = JSON.parse((await blobOf(repository, manifest.config)).toString());
      const layers = manifest.layers.map(async (layer, index) => ({
        mediaType: layer.mediaType,
        bytes: await blobOf(repository, layer),
        diffId: config.rootfs.diff_ids[index] ?? '',
      }));
      return { config, layers: await Promise.all(layers) };
    },
    /** Puts an image there, and gives the name that it is run by. */
    push: async (repository: string, tag: string, { config, layers }: Image): Promise<string> => {
      const rootfs = { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) };
      // What is said of each layer's making would no longer be as many as there are layers.
      const bytes = Buffer.from(JSON.stringify({ ...config, history: undefined, rootfs }));
      const manifest = Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: MANIFEST,
          config: await upload(repository, bytes, 'application/vnd.oci.image.config.v1+json'),
          layers: await Promise.all(layers.map((layer) => upload(repository, layer.bytes, layer.mediaType))),
        }),
      );
      await request(at(`${repository}/manifests/${tag}`), {
        method: 'PUT',
        headers: { 'content-type': MANIFEST },
        body: new Uint8Array(manifest),
      });
      return `${host}/${repository}@${digestOf(manifest)}`;
    },
  };
}
