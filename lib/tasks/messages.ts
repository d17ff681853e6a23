import { withoutTektonNames } from '../platform/tekton-names.ts';

/** Maximum length in characters that is read of a message: anyone who may write a status may write a long one. */
const MAX_LENGTH = 2_000;

/** Exit code of Tekton's entrypoint for a command that a signal ended, whatever the signal (measured on 1.9 and 1.15). */
const SIGNAL_EXIT_CODE = 255;

/** Exit code in words, since one of them is ambiguous: `7`, `255, or ended by a signal`. */
export const exitCodeText = (exitCode: number): string =>
  `${exitCode}${exitCode === SIGNAL_EXIT_CODE ? ', or ended by a signal' : ''}`;

/** Text for a reason. `markers`: in Tekton's messages, the text that a detail follows; the first one there counts. */
type Words = { readonly text: string; readonly markers?: readonly string[] };

const REJECTED: Words = {
  text: 'The cluster rejected its pod',
  markers: ['" is forbidden: ', 'translating TaskSpec to Pod: ', '": '],
};

/** Texts by the reason of a task. */
const WORDS: Readonly<Record<string, Words>> = {
  Queued: { text: 'It waits until other tasks of its app or job have ended' },
  Pending: { text: 'Its pod has not started', markers: ['"PodScheduled":"False"; message: '] },
  Unschedulable: { text: 'No node has enough free memory, disk, processor or GPU for it' },
  ExceededResourceQuota: { text: 'The quota of the space is used up', markers: ['exceeded quota: '] },
  ImagePullFailed: {
    text: 'The image could not be pulled',
    markers: ['The pod errored with the message: ', ' is pending with reason '],
  },
  CreateContainerConfigError: { text: 'Its container could not be configured' },
  PodAdmissionFailed: REJECTED,
  PodCreationFailed: REJECTED,
  StartError: { text: 'Its container could not be started' },
  ContainerCannotRun: { text: 'Its container could not be started' },
  ContainerStatusUnknown: { text: 'Its node lost the container: it is not known how the command ended' },
  Unknown: { text: 'Its node lost the container: it is not known how the command ended' },
  OOMKilled: { text: 'It needed more memory than its limit' },
  Evicted: { text: 'Its node evicted it', markers: [''] },
  Timeout: { text: 'It did not end within its time limit', markers: ['failed to finish within '] },
  Cancelled: { text: 'It was terminated' },
  Replaced: { text: 'A later run of its job replaced it' },
  PendingTimeout: { text: 'It did not start in time (pendingTimeout)' },
};

/** Texts by the beginning of a message whose reason says less. */
const BEGINNINGS: readonly (readonly [beginning: string, text: string])[] = [
  ['Tasks Completed: ', 'The cluster has no record of why'],
  ['init container failed, ', 'Its pod could not be prepared. For the operator'],
  ['"sidecar-', 'The files that the image has in /workspace could not be copied'],
];

/**
 * Says in plain words why a task has its state. `waitingFor`: the kubelet's own words. A message without words here is
 * passed on without names of containers and of Tekton's objects; `undefined` where there is none.
 */
export function messageFor(
  reason: string | undefined,
  message = '',
  waitingFor?: string,
): string | undefined {
  const read = message.slice(0, MAX_LENGTH);
  const begun = BEGINNINGS.find(([beginning]) => read.startsWith(beginning));
  if (begun !== undefined) return sentence(begun[1]);
  const words = WORDS[reason ?? ''];
  if (words === undefined) return sentence(withoutTektonNames(waitingFor?.slice(0, MAX_LENGTH) ?? read));
  const detail = withoutTektonNames(waitingFor?.slice(0, MAX_LENGTH) ?? detailOf(words, read));
  return sentence(detail === '' ? words.text : `${words.text}: ${detail}`);
}

/** Text after the first marker that the message has, without the quotes around it. */
function detailOf({ markers = [] }: Words, message: string): string {
  const marker = markers.find((one) => message.includes(one));
  if (marker === undefined) return '';
  const [detail = ''] = message.slice(message.indexOf(marker) + marker.length).split('. Maybe ');
  const quoted = /^"(.*)"\.?$/s.exec(detail.trim());
  return (quoted?.[1] ?? detail).replaceAll('\\"', '"');
}

/** Text with a capital at its beginning and a full stop at its end. */
function sentence(text: string): string | undefined {
  if (text === '') return undefined;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? '' : '.'}`;
}
