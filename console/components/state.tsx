import type { State } from '../../cli/api/responses.ts';
import { STATE_LABELS } from '../labels.ts';

/** Icon paths of the states: a shape each, so that colour is not the only difference. */
const SHAPES: Readonly<Record<State, string>> = {
  pending: 'M8 4.5V8l2.2 1.6',
  running: 'M8 2.2A5.8 5.8 0 0 1 13.8 8',
  succeeded: 'M4.8 8.2l2.2 2.2 4.3-4.6',
  failed: 'M5.5 5.5l5 5m0-5l-5 5',
  cancelled: 'M5 8h6',
  timedOut: 'M8 4.5V8H5.6',
};

/** Icon of a state. */
export function StateIcon({ state }: { readonly state: State }) {
  return (
    <svg class={`icon ${state}`} viewBox="0 0 16 16" aria-hidden="true">
      {state === 'running' ? (
        <circle class="track" cx="8" cy="8" r="5.8" />
      ) : (
        <circle class="disc" cx="8" cy="8" r="6.6" />
      )}
      <path d={SHAPES[state]} />
    </svg>
  );
}

/** State of a task, as an icon and a label. */
export const StateBadge = ({ state }: { readonly state: State }) => (
  <span class={`badge ${state}`}>
    <StateIcon state={state} />
    {STATE_LABELS[state]}
  </span>
);
