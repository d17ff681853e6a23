import { textThat } from '../platform/schema.ts';

/** Parts of an image reference, as distribution/reference defines them; cluster/crds has the same pattern. */
const HOST_PART = '[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?';
const HOST = `(${HOST_PART}(\\.${HOST_PART})*|\\[[A-Fa-f0-9:]+\\])(:[0-9]+)?`;
const PATH_PART = '[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*';
const NAME = `(${HOST}/)?${PATH_PART}(/${PATH_PART})*`;
const TAG = '[A-Za-z0-9_][-A-Za-z0-9_.]{0,127}';
const DIGEST = 'sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128}';

/** Pattern of an image reference: `[host[:port]/]path[:tag][@digest]`. */
export const IMAGE = `^${NAME}(:${TAG})?(@(${DIGEST}))?$`;

/** Maximum length in characters: a name of 255, a tag of 128, a digest of SHA-512. */
const MAX_IMAGE_LENGTH = 520;
const MAX_NAME_LENGTH = 255;

const PATTERN = new RegExp(IMAGE);

/** An image reference without its tag and digest. */
const repositoryNameOf = (image: string): string => image.replace(/@.*/, '').replace(/:[^/:]*$/, '');

const isImage = (image: string): boolean =>
  image.length <= MAX_IMAGE_LENGTH &&
  PATTERN.test(image) &&
  repositoryNameOf(image).length <= MAX_NAME_LENGTH;

/** An image reference. */
export const Image = textThat(
  isImage,
  'an image such as registry/billing:1 or registry.example:5000/team/billing@sha256:… with all 64 hex digits; its ' +
    'path has lower-case letters and digits, with ".", "_" or "-" between them.',
);
