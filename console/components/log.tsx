import { useEffect, useRef, useState } from 'preact/hooks';
import { useApi } from '../api/context.ts';
import { type LogText, shownOf } from '../log-text.ts';
import { Failure, useAction } from './action.tsx';
import { toast } from './notice.tsx';
import { Card } from './page.tsx';
import { type FollowedLog, readLog, useLog } from './use-log.ts';

type LogProps = { readonly space: string; readonly task: string; readonly pending: boolean };

/** Distance from the end, in pixels, within which the log keeps scrolling. */
const END_DISTANCE = 40;

/** Live log of a task. Scrolls to the newest line until the user scrolls up. */
export function Log({ space, task, pending }: LogProps) {
  const following = useLog(space, task);
  const [wrap, setWrap] = useState(true);
  const download = useDownload(space, task);
  const { log } = following;
  return (
    <Card
      title="Log"
      flush
      aside={
        <div class="tools">
          <span class="muted number">{linesIn(log)}</span>
          <button type="button" class="quiet" aria-pressed={wrap} onClick={() => setWrap(!wrap)}>
            Wrap lines
          </button>
          <button
            type="button"
            class="quiet"
            onClick={download.run}
            disabled={download.busy || log.lines === 0}
          >
            {download.busy ? 'Downloading…' : 'Download'}
          </button>
        </div>
      }
    >
      <Failure of={download} />
      <Lines following={following} wrap={wrap} pending={pending} task={task} />
    </Card>
  );
}

const linesIn = ({ lines }: LogText): string =>
  lines === 1 ? '1 line' : `${lines.toLocaleString('en')} lines`;

type LinesProps = {
  readonly following: FollowedLog;
  readonly wrap: boolean;
  readonly pending: boolean;
  readonly task: string;
};

function Lines({ following: { log, state, problem }, wrap, pending, task }: LinesProps) {
  const ref = useRef<HTMLPreElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const toEnd = (): void => ref.current?.scrollTo({ top: ref.current.scrollHeight });
  useEffect(() => {
    if (atEnd) toEnd();
  }, [log, atEnd]);
  return (
    <div class="log-frame">
      {log.dropped > 0 && (
        <p class="log-note">{log.dropped.toLocaleString('en')} earlier lines: see the download.</p>
      )}
      <pre
        ref={ref}
        class={wrap ? 'log wrap' : 'log'}
        role="log"
        aria-live="off"
        aria-label={`Log of ${task}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard.
        tabIndex={0}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) =>
          setAtEnd(scrollHeight - scrollTop - clientHeight < END_DISTANCE)
        }
      >
        {log.chunks.map(({ id, text, isGap = false }) => (
          <span key={id} class={isGap ? 'log-gap' : undefined}>
            {text}
          </span>
        ))}
        {shownOf(log.open)}
        {state === 'following' && <span class="caret" aria-hidden="true" />}
      </pre>
      {!atEnd && (
        <button type="button" class="to-end" onClick={toEnd}>
          Jump to end
        </button>
      )}
      <p class="log-note" role="status">
        {noteOf(state, log, { pending, problem: problem?.message })}
      </p>
    </div>
  );
}

function noteOf(
  state: FollowedLog['state'],
  { lines }: LogText,
  { pending, problem }: { readonly pending: boolean; readonly problem: string | undefined },
): string {
  if (state === 'gone') return problem ?? 'Log not available';
  if (state === 'ended') return lines === 0 ? 'No output' : 'End of log';
  if (pending) return 'Waiting for the task to start';
  return lines === 0 ? 'Waiting for output' : 'Live';
}

/** Action that downloads the whole log as a file. */
function useDownload(space: string, task: string) {
  const api = useApi();
  return useAction(async () => {
    const url = URL.createObjectURL(new Blob([...(await readLog(api, space, task))], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `${task}.log`;
    link.click();
    URL.revokeObjectURL(url);
    toast(`Log of ${task} downloaded.`);
  });
}
