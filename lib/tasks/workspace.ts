import type { AppSpec } from '../apps/app.ts';
import { escapeDollars, toComputeResources } from './container.ts';

/** Directory that Tekton mounts empty into each step; a sidecar has the image's own files there. */
const WORKSPACE = '/workspace';
const COPY = '/taskbridge/copy';
/** Directory of the sidecar's result: the file `done` after a complete copy, and its error output in `why`. */
const COPIED = '/taskbridge/copied';

/** Resources of the sidecar: thousandths of a processor, and bytes of memory. */
const COPY_CPU = 10;
const COPY_BYTES = 64 * 1024 ** 2;

/** Program that starts the processes and commands of images that buildpacks made. */
export const LAUNCHER = '/cnb/lifecycle/launcher';
const SHELL = '/bin/sh';
/** Shell of the launcher: it keeps variables whose names are invalid in a shell, which others drop. */
const LAUNCHER_SHELL = '/bin/bash';

/**
 * Script that fails a task whose working directory is the empty /workspace. The command stays the one argument, and the
 * second shell replaces the first: exit codes and signals are the command's own.
 */
const GUARD =
  `case "$PWD/" in ${WORKSPACE}/*) echo "Taskbridge: this image keeps its files in ${WORKSPACE}, which is empty in a ` +
  'task. Push the app with workspace: copy (--workspace copy) to find them there, or with workspace: empty if it ' +
  `needs none." >&2; exit 1;; esac; exec ${SHELL} -c "$1"`;

/**
 * Script that fails a task whose files were not copied, with the error output of the sidecar: the step starts even so, since
 * an ended sidecar counts as ready. The program replaces this shell. Without a shell in the image the step fails to start.
 */
const WITH_FILES =
  'if [ ! -e "$TASKBRIDGE_COPIED/done" ]; then echo "Taskbridge: the files that this image has in ' +
  `${WORKSPACE} could not be copied for the task, which was not started. The copying needs sh and cp in the image, and a ` +
  'user who may read the files. Push the app with workspace: empty (--workspace empty) if it needs none." >&2; ' +
  '[ -e "$TASKBRIDGE_COPIED/why" ] && while IFS= read -r line; do printf "%s\\n" "$line" >&2; done ' +
  '<"$TASKBRIDGE_COPIED/why"; exit 1; fi; exec "$@"';

/**
 * Script of the sidecar: copies the image's /workspace, entry by entry, since cp cannot set the times of a mounted directory.
 * Tekton ends it after the step.
 */
const COPY_FILES =
  'exec 2>"$WHY"; for file in "$FROM"/* "$FROM"/.[!.]* "$FROM"/..?*; do if [ -e "$file" ] || [ -L "$file" ]; then ' +
  'cp -a "$file" "$TO/" || exit 1; fi; done; : > "$DONE"; trap "exit 0" TERM; sleep 2147483647 & wait';

/** Program that starts a command, with its arguments before the command, escaped for the manifest. */
export function entrypointOf(spec: AppSpec): string[] {
  const { image, workspace } = spec;
  const entrypoint = spec.entrypoint ?? (image === undefined ? [LAUNCHER] : [SHELL, '-c']);
  const isGuarded = image !== undefined && spec.entrypoint === undefined && workspace === undefined;
  const own = isGuarded ? [...entrypoint, GUARD, 'taskbridge'] : entrypoint;
  return (isCopied(spec) ? [...copyCheck(entrypoint), ...own] : own).map(escapeDollars);
}

const copyCheck = (entrypoint: readonly string[]): string[] => [
  shellBefore(entrypoint),
  '-c',
  WITH_FILES,
  'taskbridge',
];

/** Shell that the image has and that keeps such variables, where one is known: /bin/sh may drop them. */
function shellBefore([program = '', ...more]: readonly string[]): string {
  if (/^\/(?:.*\/)?bash$/.test(program)) return program;
  return program === LAUNCHER && more.length === 0 ? LAUNCHER_SHELL : SHELL;
}

/**
 * True when tasks get a copy of their image's /workspace: as the app sets `workspace`, else for a buildpack entrypoint on an
 * image that was not built here. Images that are built here have no files there.
 */
const isCopied = ({ image, entrypoint, workspace }: AppSpec): boolean =>
  image !== undefined && (workspace ?? (entrypoint?.[0]?.startsWith('/cnb/') ? 'copy' : 'empty')) === 'copy';

/** Sidecar that copies the files before the step starts, with its volumes; `undefined` when none is needed. `disk`: bytes. */
export function copyOf(spec: AppSpec, disk: number) {
  if (!isCopied(spec)) return undefined;
  const files = { name: 'workspace', mountPath: COPY };
  return {
    volumes: [
      { name: 'workspace', emptyDir: {} },
      { name: 'copied', emptyDir: {} },
    ],
    mounts: [
      { name: 'workspace', mountPath: WORKSPACE },
      { name: 'copied', mountPath: COPIED, readOnly: true },
    ],
    variable: { name: 'TASKBRIDGE_COPIED', value: COPIED },
    sidecar: {
      name: 'workspace',
      image: spec.image,
      command: [SHELL, '-c'],
      args: [escapeDollars(COPY_FILES)],
      env: [
        { name: 'FROM', value: WORKSPACE },
        { name: 'TO', value: COPY },
        { name: 'DONE', value: `${COPIED}/done` },
        { name: 'WHY', value: `${COPIED}/why` },
      ],
      // Copied files count against the pod, whose limit is the sum of its containers' limits.
      computeResources: toComputeResources({ cpu: COPY_CPU, memory: COPY_BYTES, disk }),
      securityContext: { allowPrivilegeEscalation: false },
      // The step waits for it.
      readinessProbe: {
        exec: { command: [SHELL, '-c', escapeDollars('test -e "$DONE"')] },
        periodSeconds: 1,
      },
      volumeMounts: [files, { name: 'copied', mountPath: COPIED }],
    },
  };
}
