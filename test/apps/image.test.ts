import { describe, expect, it } from '@jest/globals';
import { IMAGE, Image } from '../../lib/apps/app.ts';
import { parse } from '../../lib/platform/schema.ts';
import { patternOf } from '../support/app-schema.ts';

const SHA256 = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('an image', () => {
  it.each([
    'busybox',
    'busybox:1.36',
    'library/busybox',
    'localhost:5000/busybox',
    'registry.example/team/billing:V1_a.b-c',
    'Registry.Example:5000/a.b/c_d/e__f/g---h',
    '10.0.0.1:5000/a',
    '[fd00::1]:5000/a',
    'UPPER/a',
    `busybox@${SHA256}`,
    `busybox:1@${SHA256}`,
    `busybox@sha512:${'a'.repeat(128)}`,
    `a/${'b'.repeat(253)}:${'c'.repeat(128)}`,
  ])('may be %s', (image) => {
    expect(parse(Image, image, 'image')).toEqual({ ok: true, value: image });
  });

  it.each([
    ['nothing', ''],
    ['host, path and tag of nothing', 'UPPER/..//:@'],
    ['capitals in its path', 'registry.example/Billing'],
    ['capitals alone', 'BUSYBOX'],
    ['an empty path', 'registry.example/'],
    ['an empty part of its path', 'a//b'],
    ['a part of dots', 'a/../b'],
    ['two dots', 'a..b'],
    ['three underscores', 'a___b'],
    ['a separator at the end', 'a-'],
    ['a separator at the beginning', '-a'],
    ['an empty tag', 'a:'],
    ['a tag with a dot first', 'a:.b'],
    ['a tag of 129 characters', `a:${'b'.repeat(129)}`],
    ['two tags', 'a:b:c'],
    ['a port without digits', 'a:b/c'],
    ['an empty digest', 'a@'],
    ['a short digest', 'a@sha256:0123456789abcdef'],
    ['a digest in capitals', `a@sha256:${'A'.repeat(64)}`],
    ['a digest of another kind', `a@md5:${'a'.repeat(32)}`],
    ['the scheme of a URL', 'https://registry.example/a'],
    ['a line feed', 'a\n'],
    ['a name of 256 characters', `a/${'b'.repeat(254)}`],
    ['a name that makes a pattern with backtracking hang', `${'a'.repeat(400)}!`],
  ])('is not %s', (_, image) => {
    const parsed = parse(Image, image, 'image');
    expect(parsed.ok ? [] : parsed.errors).toEqual([
      {
        field: 'image',
        message: expect.stringContaining('is not allowed: an image such as registry/billing:1'),
      },
    ]);
  });

  it('is accepted and rejected by the schema of Apps alike', async () => {
    expect(await patternOf('image')).toBe(IMAGE);
  });
});
