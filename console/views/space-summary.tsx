import { useEffect, useRef, useState } from 'preact/hooks';
import { Job, listOf, Task } from '../../cli/api/responses.ts';
import { usePaged } from '../api/use-paged.ts';
import { usePolled } from '../api/use-polled.ts';
import { RelativeTime } from '../components/clock.tsx';
import { statusOf } from '../labels.ts';
import { hrefOf } from '../routes.ts';
import { activeOf, failureRange, nextRunsOf, recentFailures } from '../summary.ts';

const Tasks = listOf(Task);

/** Poll intervals of the summary. */
const PAUSES = { first: 30_000, longest: 60_000 };

/** Summary of a space: running tasks, failures and the next run. Makes two requests, once it is visible. */
export function SpaceSummary({ name }: { readonly name: string }) {
  const [ref, visible] = useVisible();
  return (
    <article class="card space-summary" ref={ref}>
      <h2>
        <a href={hrefOf({ view: 'space', space: name })}>{name}</a>
      </h2>
      {visible && <Figures space={name} />}
    </article>
  );
}

function Figures({ space }: { readonly space: string }) {
  const tasks = usePolled(Tasks, { path: [space, 'tasks'], query: { limit: '50' } }, { pauses: PAUSES });
  const jobs = usePaged(
    Job,
    { path: [space, 'jobs'], query: { limit: '100' } },
    { pauses: PAUSES, isFilled: true },
  );
  if (tasks.problem !== undefined) return <p class="muted">{tasks.problem.message}</p>;
  if (tasks.value === undefined || jobs.items === undefined) return <p class="muted">…</p>;
  const { items, cursor } = tasks.value;
  const hasOlder = cursor !== undefined;
  const running = activeOf([], items).length;
  const now = new Date();
  const failed = recentFailures(items, now).length;
  const when = failureRange(items, hasOlder, now);
  const idle = hasOlder ? `None of the newest ${items.length} tasks is running` : 'No running tasks';
  const attention = jobs.items.filter((job) => statusOf(job).attention).length;
  const [next] = nextRunsOf(jobs.items, 1);
  return (
    <ul class="figures">
      <li>{running === 0 ? idle : <b class="running">{running} running</b>}</li>
      <li>{failed === 0 ? `No failures ${when}` : <b class="failed">{`${failed} failed ${when}`}</b>}</li>
      {attention > 0 && (
        <li>
          <b class="failed">
            {attention === 1 ? '1 job needs attention' : `${attention} jobs need attention`}
          </b>
        </li>
      )}
      <li class="muted">
        {next === undefined ? (
          'No scheduled runs'
        ) : (
          <>
            {next.job} <RelativeTime time={next.time} />
          </>
        )}
      </li>
    </ul>
  );
}

/** True once an element has been on the screen. */
function useVisible() {
  const ref = useRef<HTMLElement>(null);
  const [visible, setVisible] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (element === null || visible) return undefined;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setVisible(true);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [visible]);
  return [ref, visible] as const;
}
