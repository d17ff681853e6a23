import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ContainerLog } from '../kubernetes/kubelet/container-log.ts';
import { below } from '../kubernetes/kubelet/files.ts';
import type { RunningProcess } from '../kubernetes/kubelet/process.ts';
import { storeImage } from './images.ts';
import { imageExists, isUnreachable, unreachableMessage } from './registry.ts';

/*
 * Phases of a Cloud Native Buildpacks build, with the exit codes and messages of lifecycle 0.20.5 and of a builder
 * whose one buildpack turns each line of a Procfile into a process.
 */

type PhaseOptions = {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Root of the container's paths. */
  readonly root: string;
  /** Folder of the images that were built here. */
  readonly images: string;
  readonly log: Pick<ContainerLog, 'writeLine'>;
};

/** Resolves to an exit code. */
type Phase = (options: PhaseOptions) => Promise<number>;

const APIS = /^0\.([7-9]|1[0-4])$/;
const BUILDPACK = 'taskbridge/procfile';
const NO_CACHE = 'Warning: No cached data will be used, no cache specified.';

const appOf = ({ environment, root }: PhaseOptions): string =>
  environment.CNB_APP_DIR ?? below(root, '/workspace');
const layersOf = ({ environment, root }: PhaseOptions): string =>
  environment.CNB_LAYERS_DIR ?? below(root, '/layers');
const reportOf = (options: PhaseOptions): string =>
  options.environment.CNB_REPORT_PATH ?? join(layersOf(options), 'report.toml');

/** Image arguments of a phase: those that are not flags. */
const imagesOf = ({ args }: PhaseOptions): readonly string[] => args.filter((arg) => !arg.startsWith('-'));

async function write(file: string, lines: readonly string[]): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${lines.join('\n')}\n`);
}

const analyzed = (options: PhaseOptions) =>
  options.environment.CNB_ANALYZED_PATH ?? join(layersOf(options), 'analyzed.toml');
const RUN_IMAGE = /^ *reference = "(.*)"$/m;

async function analyze(options: PhaseOptions): Promise<number> {
  const { args, log } = options;
  const [image = ''] = imagesOf(options);
  const runImage = args.find((arg) => arg.startsWith('-run-image='))?.slice('-run-image='.length) ?? '';
  const refused = [image, runImage].find(isUnreachable);
  if (refused !== undefined) {
    log.writeLine(
      `ERROR: failed to initialize analyzer: validating registry read access: ${unreachableMessage(refused)}`,
    );
    return 1;
  }
  log.writeLine(`Image with name "${image}" not found`);
  const hasRunImage = imageExists(runImage);
  if (!hasRunImage) log.writeLine(`Image with name "${runImage}" not found`);
  await write(analyzed(options), hasRunImage ? ['[run-image]', `  reference = "${runImage}"`] : []);
  return 0;
}

async function detect(options: PhaseOptions): Promise<number> {
  const { log } = options;
  if ((await procfileOf(options)) === undefined) {
    for (const line of [
      `======== Output: ${BUILDPACK}@1.0.0 ========`,
      "no Procfile in the source's top folder",
      '======== Results ========',
      `fail: ${BUILDPACK}@1.0.0`,
      'ERROR: No buildpack groups passed detection.',
      'ERROR: Please check that you are running against the correct path.',
      'ERROR: failed to detect: no buildpacks participating',
    ])
      log.writeLine(line);
    return 20;
  }
  log.writeLine(`${BUILDPACK} 1.0.0`);
  await write(join(layersOf(options), 'group.toml'), [
    '[[group]]',
    `  id = "${BUILDPACK}"`,
    '  version = "1.0.0"',
  ]);
  return 0;
}

async function restore({ log }: PhaseOptions): Promise<number> {
  log.writeLine(NO_CACHE);
  return 0;
}

const procfileOf = (options: PhaseOptions): Promise<string | undefined> =>
  readFile(join(appOf(options), 'Procfile'), 'utf8').catch(() => undefined);

const PROCESS = /^([A-Za-z0-9_-]+):\s*(.*)$/;

/** Processes of a Procfile in order. A duplicate type replaces the earlier one. */
const processesOf = (procfile: string): ReadonlyMap<string, string> =>
  new Map(
    procfile.split(/\r?\n/).flatMap((line): [string, string][] => {
      const [, type, command] = PROCESS.exec(line) ?? [];
      return type === undefined || command === undefined ? [] : [[type, command]];
    }),
  );

async function build(options: PhaseOptions): Promise<number> {
  const { log } = options;
  const processes = processesOf((await procfileOf(options)) ?? '');
  const empty = [...processes].find(([, command]) => command === '')?.[0];
  if (empty !== undefined || processes.size === 0) {
    log.writeLine(
      empty === undefined
        ? 'Procfile: no line of the form "type: command"'
        : `Procfile: ${empty} has no command`,
    );
    log.writeLine('ERROR: failed to build: exit status 1');
    return 51;
  }
  log.writeLine(`processes: ${[...processes.keys()].join(' ')} `);
  const types = [...processes.keys()].sort();
  await write(
    join(layersOf(options), 'config', 'metadata.toml'),
    types.flatMap((type) => ['[[processes]]', `  type = "${type}"`]),
  );
  return 0;
}

async function exportImage(options: PhaseOptions): Promise<number> {
  const { log, images, root } = options;
  const [image = ''] = imagesOf(options);
  log.writeLine(NO_CACHE);
  const [, runImage] = RUN_IMAGE.exec(await readFile(analyzed(options), 'utf8').catch(() => '')) ?? [];
  if (runImage === undefined) {
    log.writeLine('ERROR: failed to resolve inputs: run image not found in analyzed metadata');
    return 3;
  }
  if (isUnreachable(image)) {
    log.writeLine(`ERROR: failed to export: ${unreachableMessage(image)}`);
    return 1;
  }
  const processes = Object.fromEntries(processesOf((await procfileOf(options)) ?? ''));
  const from = appOf(options);
  // The image has the path of the container, not that of this machine.
  const appDirectory = from.startsWith(`${root}/`) ? from.slice(root.length) : from;
  const digest = await storeImage(images, { from, runImage, appDirectory, processes });
  log.writeLine('Added 1/1 app layer(s)');
  if ('web' in processes) log.writeLine("Setting default process type 'web'");
  log.writeLine(`Saving ${image}...`);
  log.writeLine(`*** Images (${digest}):`);
  log.writeLine(`      ${image}`);
  await write(reportOf(options), ['[image]', `  tags = ["${image}"]`, `  digest = "${digest}"`]);
  return 0;
}

const PHASES: Readonly<Record<string, Phase>> = {
  '/cnb/lifecycle/analyzer': analyze,
  '/cnb/lifecycle/detector': detect,
  '/cnb/lifecycle/restorer': restore,
  '/cnb/lifecycle/builder': build,
  '/cnb/lifecycle/exporter': exportImage,
};

/** Phase that a command line of the lifecycle runs; `undefined` for any other program. */
export function lifecyclePhaseOf([command = '', ...args]: readonly string[]) {
  const phase = PHASES[command];
  if (phase === undefined) return undefined;
  return (options: Omit<PhaseOptions, 'args' | 'log'> & { readonly log: ContainerLog }): RunningProcess => ({
    ended: end(phase, { ...options, args }, options.log),
    // Not needed: a phase only reads and writes a few files.
    terminate: () => undefined,
  });
}

async function end(phase: Phase, options: PhaseOptions, log: ContainerLog): Promise<number> {
  const exitCode = await run(phase, options);
  await log.close();
  return exitCode;
}

async function run(phase: Phase, options: PhaseOptions): Promise<number> {
  const api = options.environment.CNB_PLATFORM_API ?? '';
  if (!APIS.test(api)) {
    options.log.writeLine(
      `ERROR: failed to set platform API: platform API version '${api}' is incompatible with the lifecycle`,
    );
    return 11;
  }
  try {
    return await phase(options);
  } catch (error) {
    options.log.writeLine(`ERROR: ${error instanceof Error ? error.message : error}`);
    return 1;
  }
}
