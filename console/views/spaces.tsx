import { useState } from 'preact/hooks';
import { listOf, Space } from '../../cli/api/responses.ts';
import { usePolled } from '../api/use-polled.ts';
import { Field } from '../components/field.tsx';
import { Card, Empty, Loading, Page, Refused } from '../components/page.tsx';
import { hrefOf } from '../routes.ts';
import { SpaceGlance } from './space-summary.tsx';

const Spaces = listOf(Space);

/** So many spaces can be looked over without a filter. */
const MANY = 12;

/** The spaces that the user may use, each with what runs and what failed there. */
export function SpacesView() {
  const { value, problem } = usePolled(Spaces, { path: [] }, { pauses: { first: 30_000, longest: 60_000 } });
  const [filter, setFilter] = useState('');
  const shown = value?.items.filter(({ name }) => name.includes(filter.trim().toLowerCase()));
  return (
    <Page of={{ view: 'spaces' }}>
      {problem !== undefined && <Refused problem={problem} />}
      {problem !== undefined && <ByName />}
      {value === undefined && problem === undefined && <Loading />}
      {value !== undefined && value.items.length > MANY && (
        <div class="filters">
          <Field label="Name" value={filter} onValue={setFilter} placeholder="Part of its name" />
        </div>
      )}
      {value?.items.length === 0 && (
        <Empty title="No space is open to you">
          <p>
            A platform team opens a namespace with <code>kubectl apply -n NAME -k cluster/space/</code>; with
            a token, its claim <code>spaces</code> says which ones you may use.
          </p>
        </Empty>
      )}
      {shown !== undefined && shown.length > 0 && (
        <ul class="grid" aria-label="Spaces">
          {shown.map(({ name }) => (
            <li key={name}>
              <SpaceGlance name={name} />
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}

/** Where spaces can't be listed, the one that the user knows can be opened all the same. */
function ByName() {
  const [name, setName] = useState('');
  return (
    <Card title="Open a space by its name">
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
