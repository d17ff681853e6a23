import { useEffect, useRef, useState } from 'preact/hooks';
import { Job, listOf, Task } from '../../cli/api/responses.ts';
import { usePolled } from '../api/use-polled.ts';
import { RelativeTime } from '../components/clock.tsx';
import { statusOf } from '../labels.ts';
import { hrefOf } from '../routes.ts';
import { activeOf, lookedThrough, nextOf, recentFailures } from '../summary.ts';

const Tasks = listOf(Task);
const Jobs = listOf(Job);

/** A glance is not a watch. */
const PAUSES = { first: 30_000, longest: 60_000 };

/** A space with what runs and what failed there. Two requests, once it is on the screen. */
export function SpaceGlance({ name }: { readonly name: string }) {
  const [ref, seen] = useSeen();
  return (
    <article class="card glance" ref={ref}>
      <h2>
        <a href={hrefOf({ view: 'space', space: name })}>{name}</a>
      </h2>
      {seen && <Figures space={name} />}
    </article>
  );
}

function Figures({ space }: { readonly space: string }) {
  const tasks = usePolled(Tasks, { path: [space, 'tasks'], query: { limit: '50' } }, { pauses: PAUSES });
  const jobs = usePolled(Jobs, { path: [space, 'jobs'], query: { limit: '100' } }, { pauses: PAUSES });
  if (tasks.problem !== undefined) return <p class="muted">{tasks.problem.message}</p>;
  if (tasks.value === undefined || jobs.value === undefined) return <p class="muted">…</p>;
  const { items, cursor } = tasks.value;
  const hasOlder = cursor !== undefined;
  const running = activeOf([], items).length;
  const now = new Date();
  const failed = recentFailures(items, now).length;
  const when = lookedThrough(items, hasOlder, now);
  const nothing = hasOlder ? `None of the newest ${items.length} tasks runs` : 'Nothing runs';
  const attention = jobs.value.items.filter((job) => statusOf(job).attention).length;
  const [next] = nextOf(jobs.value.items, 1);
  return (
    <ul class="figures">
      <li>{running === 0 ? nothing : <b class="running">{running} running</b>}</li>
      <li>{failed === 0 ? `No failure ${when}` : <b class="failed">{`${failed} failed ${when}`}</b>}</li>
      {attention > 0 && (
        <li>
          <b class="failed">
            {attention === 1 ? '1 job needs attention' : `${attention} jobs need attention`}
          </b>
        </li>
      )}
      <li class="muted">
        {next === undefined ? (
          'Nothing is scheduled'
        ) : (
          <>
            {next.job} <RelativeTime time={next.time} />
          </>
        )}
      </li>
    </ul>
  );
}

/** Whether an element has been on the screen. */
function useSeen() {
  const ref = useRef<HTMLElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (element === null || seen) return undefined;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setSeen(true);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [seen]);
  return [ref, seen] as const;
}
