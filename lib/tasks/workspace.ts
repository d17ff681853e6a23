import type { AppSpec } from '../apps/app.ts';
import { unexpanded } from './environment.ts';
import { toComputeResources } from './resources.ts';

/** Tekton mounts an empty folder there in each step; a sidecar has the image's own files. */
const WORKSPACE = '/workspace';
const COPY = '/taskbridge/copy';
/** What the sidecar tells the step: the file `done` at the end of a good copy, and in `why` what it printed. */
const COPIED = '/taskbridge/copied';

/** What cp needs: thousandths of a processor, and bytes of memory. */
const COPY_CPU = 10;
const COPY_BYTES = 64 * 1024 ** 2;

const LAUNCHER = '/cnb/lifecycle/launcher';
const SHELL = '/bin/sh';
/** The launcher's own shell. It keeps variables whose names are no shell's, which others drop. */
const LAUNCHER_SHELL = '/bin/bash';

/**
 * Ends a task that would begin where the image's files are gone, before it runs on an empty folder. The command stays the
 * one argument, and the second shell takes the first one's place: exit codes and signals are the command's own.
 */
const GUARD =
  `case "$PWD/" in ${WORKSPACE}/*) echo "Taskbridge: this image keeps its files in ${WORKSPACE}, which is empty in a ` +
  'task. Push the app with workspace: copy (--workspace copy) to find them there, or with workspace: empty if it ' +
  `needs none." >&2; exit 1;; esac; exec ${SHELL} -c "$1"`;

/**
 * Ends a task whose files were not copied, before it runs, with what the copying printed. It begins nonetheless, since an
 * ended sidecar counts as ready. What is to be started takes this shell's place. An image without a shell has none begin.
 */
const WITH_FILES =
  'if [ ! -e "$TASKBRIDGE_COPIED/done" ]; then echo "Taskbridge: the files that this image has in ' +
  `${WORKSPACE} could not be copied for the task, which was not started. The copying needs sh and cp in the image, and a ` +
  'user who may read the files. Push the app with workspace: empty (--workspace empty) if it needs none." >&2; ' +
  '[ -e "$TASKBRIDGE_COPIED/why" ] && while IFS= read -r line; do printf "%s\\n" "$line" >&2; done ' +
  '<"$TASKBRIDGE_COPIED/why"; exit 1; fi; exec "$@"';

/**
 * Copies what the image has in /workspace, entry by entry: a folder that is not its own would refuse its times. Ended by
 * Tekton when the step has ended.
 */
const COPY_FILES =
  'exec 2>"$WHY"; for file in "$FROM"/* "$FROM"/.[!.]* "$FROM"/..?*; do if [ -e "$file" ] || [ -L "$file" ]; then ' +
  'cp -a "$file" "$TO/" || exit 1; fi; done; : > "$DONE"; trap "exit 0" TERM; sleep 2147483647 & wait';

/** What starts a command: the program and its arguments before the command itself, spelled for a manifest. */
export function entrypointOf(spec: AppSpec): string[] {
  const { image, workspace } = spec;
  const entrypoint = spec.entrypoint ?? (image === undefined ? [LAUNCHER] : [SHELL, '-c']);
  const isGuarded = image !== undefined && spec.entrypoint === undefined && workspace === undefined;
  const own = isGuarded ? [...entrypoint, GUARD, 'taskbridge'] : entrypoint;
  return (isCopied(spec) ? [...checked(entrypoint), ...own] : own).map(unexpanded);
}

const checked = ([program, ...more]: readonly string[]): string[] => [
  program === LAUNCHER && more.length === 0 ? LAUNCHER_SHELL : SHELL,
  '-c',
  WITH_FILES,
  'taskbridge',
];

/**
 * Whether tasks get the files that their image has in /workspace: where the app says so, and by itself where its entrypoint
 * is a buildpack's on an image of somebody else's. Those that are built here have none there.
 */
const isCopied = ({ image, entrypoint, workspace }: AppSpec): boolean =>
  image !== undefined && (workspace ?? (entrypoint?.[0]?.startsWith('/cnb/') ? 'copy' : 'empty')) === 'copy';

/** The sidecar that copies the files, before the step begins, and what it copies them by; `undefined`: none is needed. */
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
      args: [unexpanded(COPY_FILES)],
      env: [
        { name: 'FROM', value: WORKSPACE },
        { name: 'TO', value: COPY },
        { name: 'DONE', value: `${COPIED}/done` },
        { name: 'WHY', value: `${COPIED}/why` },
      ],
      // What it copies counts as the pod's, which has the sum of what its containers may take.
      computeResources: toComputeResources({ cpu: COPY_CPU, memory: COPY_BYTES, disk }),
      securityContext: { allowPrivilegeEscalation: false },
      // The step waits for it.
      readinessProbe: { exec: { command: [SHELL, '-c', unexpanded('test -e "$DONE"')] }, periodSeconds: 1 },
      volumeMounts: [files, { name: 'copied', mountPath: COPIED }],
    },
  };
}
