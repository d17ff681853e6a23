import { useState } from 'preact/hooks';
import { listOf, Space } from '../../cli/api/responses.ts';
import { usePolled } from '../api/use-polled.ts';
import { Field } from '../components/field.tsx';
import { Card, Empty, Loading, Page, ProblemAlert } from '../components/page.tsx';
import { hrefOf } from '../routes.ts';
import { SpaceSummary } from './space-summary.tsx';

const Spaces = listOf(Space);

/** Number of spaces up to which no filter is shown. */
const FILTER_THRESHOLD = 12;

/** List of the spaces that the user has access to, with a summary of each. */
export function SpacesView() {
  const { value, problem } = usePolled(Spaces, { path: [] }, { pauses: { first: 30_000, longest: 60_000 } });
  const [filter, setFilter] = useState('');
  const shown = value?.items.filter(({ name }) => name.includes(filter.trim().toLowerCase()));
  return (
    <Page of={{ view: 'spaces' }}>
      {problem !== undefined && <ProblemAlert problem={problem} />}
      {problem !== undefined && <ByName />}
      {value === undefined && problem === undefined && <Loading />}
      {value !== undefined && value.items.length > FILTER_THRESHOLD && (
        <div class="filters">
          <Field label="Name" value={filter} onValue={setFilter} placeholder="Filter by name" />
        </div>
      )}
      {value?.items.length === 0 && (
        <Empty title="No spaces">
          <p>
            You don’t have access to any space. A platform team opens a namespace with{' '}
            <code>kubectl apply -n NAME -k cluster/space/</code>. With a token, the claim <code>spaces</code>{' '}
            must name it.
          </p>
        </Empty>
      )}
      {shown !== undefined && shown.length > 0 && (
        <ul class="grid" aria-label="Spaces">
          {shown.map(({ name }) => (
            <li key={name}>
              <SpaceSummary name={name} />
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}

/** Form that opens a space by name, for where spaces can't be listed. */
function ByName() {
  const [name, setName] = useState('');
  return (
    <Card title="Open a space by name">
      <form
        class="inline"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '') location.hash = hrefOf({ view: 'space', space: name.trim() });
        }}
      >
        <Field label="Space" value={name} onValue={setName} placeholder="team-a" />
        <button type="submit" class="primary">
          Open
        </button>
      </form>
    </Card>
  );
}
