import type { Paged } from '../api/use-paged.ts';
import { Failure, useAction } from './action.tsx';

/** Button that loads the next page of a list. */
export function More({ of }: { readonly of: Pick<Paged<unknown>, 'more' | 'loadMore'> }) {
  const action = useAction(of.loadMore);
  if (!of.more) return null;
  return (
    <div class="more">
      <Failure of={action} />
      <button type="button" onClick={action.run} disabled={action.busy}>
        {action.busy ? 'Loading…' : 'Load more'}
      </button>
    </div>
  );
}
