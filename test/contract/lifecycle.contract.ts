import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BuildConfig } from '../../local/lifecycle/builds.ts';
import type { Body } from '../support/cluster-api.ts';
import { eventually } from '../support/eventually.ts';
import { listPath, objectPath } from '../support/paths.ts';
import { pipelineRun } from '../support/pipeline-run.ts';
import { POD_MS, runsOf, succeeded } from '../support/runs.ts';
import { packed, serveSources, sha256Of } from '../support/source-server.ts';
import { buildRun } from './support/build-run.ts';
import type { Target } from './support/target.ts';

const APP = packed({
  'hello.txt': 'hello from the source\n',
  '.profile': 'export FROM_PROFILE=yes\n',
  Procfile: 'web: sleep 600\ntask: echo "process: $(cat hello.txt)" $((1+2))\n',
});
const BARE = packed({ 'hello.txt': 'hello\n' });
const EMPTY = packed({ Procfile: 'nothing that is a line of it\n' });
const BROKEN = Buffer.from('no tar.gz at all');

/** Longest wait for a build: several at once on a busy machine. */

/** Builds as runs of the lifecycle's phases, and tasks on what they built. */
export const lifecycle = (target: () => Target, ground: BuildConfig) =>
  describe('builds by the lifecycle', () => {
    let space = '';
    let sources: Awaited<ReturnType<typeof serveSources>>;
    const runs = () => runsOf(target().as('reader'), space);
    const create = async (body: object) => {
      const answer = await target().as('admin').create(listPath('pipelineruns', space), body);
      if (answer.status !== 201) throw new Error(answer.text);
    };
    const build = (name: string, file: string, change: object = {}) =>
      create(
        buildRun({
          name,
          ground,
          image: `${ground.repository}/${space}/app:${name}`,
          url: `${sources.url}/${file}`,
          sha256: sha256Of(APP),
          ...change,
        }),
      );
    const ended = (name: string): Promise<Body> =>
      eventually(
        async () => {
          const body = await runs().pipelineRun(name);
          return ['True', 'False'].includes(succeeded(body)?.status ?? '') ? body : undefined;
        },
        { withinMs: POD_MS, what: `the end of ${name}` },
      );
    const built = async (): Promise<string> => {
      const { status } = await ended('good');
      const results = new Map((status.results ?? []).map(({ name, value }) => [name, value]));
      return `${ground.repository}/${space}/app@${results.get('digest')}`;
    };
    const messageOf = async (name: string) => succeeded(await runs().endedTaskRun(name))?.message;
    const logOf = async (name: string, step: string) => {
      const { status } = await runs().endedTaskRun(name);
      return (await runs().log(status.podName ?? '', { container: `step-${step}` })).text;
    };

    beforeAll(async () => {
      space = await target().openSpace();
      await target()
        .as('admin')
        .create(listPath('serviceaccounts', space), {
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          metadata: { name: 'build' },
        });
      await eventually(
        async () =>
          (
            await target()
              .as('admin')
              .get(objectPath('serviceaccounts', space, 'build'))
          ).status === 200
            ? true
            : undefined,
        { what: 'the service account' },
      );
      const files = { 'app.tgz': APP, 'bare.tgz': BARE, 'empty.tgz': EMPTY, 'broken.tgz': BROKEN };
      sources = await serveSources(files, ground.host);
      await Promise.all([
        build('good', 'app.tgz'),
        build('same', 'app.tgz'),
        build('bare', 'bare.tgz', { sha256: sha256Of(BARE) }),
        build('empty', 'empty.tgz', { sha256: sha256Of(EMPTY) }),
        build('gone', 'gone.tgz'),
        build('damaged', 'bare.tgz'),
        build('broken', 'broken.tgz', { sha256: sha256Of(BROKEN) }),
        build('rootless', 'app.tgz', { runImage: `${ground.repository}/missing:1` }),
        build('unreachable', 'app.tgz', { image: 'refused.invalid/app:1' }),
        build('too-new', 'app.tgz', { platformApi: '0.99' }),
      ]);
    });

    afterAll(async () => {
      await sources?.stop();
    });

    it('give a digest and the processes, the same for the same source', async () => {
      const { status } = await ended('good');
      expect(status.results).toEqual([
        { name: 'digest', value: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
        { name: 'processes', value: 'task web' },
      ]);
      expect((await ended('same')).status.results).toEqual(status.results);
    });

    it.each([
      ['no buildpack applies', 'bare', 'detect', 20, "no Procfile in the source's top folder"],
      ['a buildpack fails', 'empty', 'build', 51, 'no line of the form "type: command"'],
      ['the source is gone', 'gone', 'fetch', 15, 'source: cannot be fetched'],
      ['the source is another', 'damaged', 'fetch', 16, 'source: wrong checksum'],
      ['the source is no tar.gz', 'broken', 'fetch', 17, 'source: not a tar.gz'],
      ['there is no run image', 'rootless', 'export', 3, 'run image not found in analyzed metadata'],
      [
        'the registry is not reached',
        'unreachable',
        'analyze',
        1,
        'failed to ensure registry read access to',
      ],
      [
        'the platform API is another',
        'too-new',
        'analyze',
        11,
        "platform API version '0.99' is incompatible",
      ],
    ])('where %s: a step, a code and words', async (_, name, step, code, words) => {
      expect(await messageOf(name)).toBe(`"step-${step}" exited with code ${code}: Error`);
      expect(await logOf(name, step)).toContain(words);
    });

    it.each([
      [
        'one string is a script in the folder of the app, with its profile',
        'script',
        ['/cnb/lifecycle/launcher'],
        ['cat hello.txt; echo $((1+2)) $FROM_PROFILE; exit 7'],
        'hello from the source\n3 yes\n',
        7,
      ],
      [
        'a program runs as it is, without the profile',
        'direct',
        ['/cnb/lifecycle/launcher'],
        ['--', '/bin/sh', '-c', 'cat hello.txt; echo "$FROM_PROFILE"; exit 3'],
        'hello from the source\n\n',
        3,
      ],
      [
        'a process is its line',
        'process',
        ['/cnb/process/task'],
        [],
        'process: hello from the source 3\n',
        0,
      ],
      [
        'a type of process is no command',
        'type',
        ['/cnb/lifecycle/launcher'],
        ['task'],
        expect.stringContaining('task: command not found'),
        127,
      ],
      [
        'nothing is refused by the launcher',
        'nothing',
        ['/cnb/lifecycle/launcher'],
        [],
        expect.stringContaining('when there is no default process a command is required'),
        82,
      ],
    ])('start tasks: %s', async (_, name, command, args, output, code) => {
      await create(pipelineRun({ name, image: await built(), command, args }));
      const { status } = await runs().endedTaskRun(name);
      expect(await runs().output(name)).toEqual(output);
      expect(status.steps).toMatchObject([{ terminated: { exitCode: code } }]);
    });

    it('give each task files of its own', async () => {
      const image = await built();
      const command = ['/cnb/lifecycle/launcher'];
      await create(pipelineRun({ name: 'eraser', image, command, args: ['rm hello.txt; ls'] }));
      expect(await runs().output('eraser')).not.toContain('hello.txt');
      await create(pipelineRun({ name: 'reader', image, command, args: ['ls'] }));
      expect(await runs().output('reader')).toContain('hello.txt');
    });
  });
