import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { placementTexts } from '../../cli/api/placement.ts';
import type { App } from '../../cli/api/responses.ts';
import { formatResources } from '../summary.ts';
import { formatDuration } from '../time.ts';

/** Labelled value. */
export type Fact = readonly [name: string, value: ComponentChildren];

/** List of labelled values. Empty values are left out. */
export const Facts = ({ of }: { readonly of: readonly Fact[] }) => (
  <dl class="facts">
    {of
      .filter(([, value]) => value !== undefined && value !== null && value !== '')
      .map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
  </dl>
);

/** Settings that tasks inherit from an app. Values of variables are hidden until the user shows them. */
export function Inherited({ app }: { readonly app: App }) {
  const { image, entrypoint, command, resources, serviceAccountName, securityGroups, labels } = app;
  return (
    <>
      <Facts
        of={[
          ['Image', <code key="image">{image}</code>],
          ['Start command', command && <code>{command}</code>],
          ['Entrypoint', entrypoint && <code>{entrypoint.join(' ')}</code>],
          ['Resources', formatResources(resources)],
          ...placementFacts(app.placement),
          ['Services', app.services.map(({ name }) => name).join(', ')],
          ['Service account', serviceAccountName],
          ['Security groups', securityGroups.join(', ')],
          [
            'Labels',
            Object.entries(labels)
              .map(([key, value]) => `${key}=${value}`)
              .join(', '),
          ],
          ['Timeout', formatDuration(app.taskTimeout)],
          ['Pending timeout', formatDuration(app.pendingTimeout)],
          ['Max running tasks', app.maxRunning?.toString()],
          ['Retention', app.taskRetention === undefined ? undefined : `newest ${app.taskRetention} tasks`],
        ]}
      />
      {app.env.length > 0 && <Variables env={app.env} />}
    </>
  );
}

/** Nodes of an app's tasks, and how they run there. */
function placementFacts(placement: App['placement']): readonly Fact[] {
  const { nodeSelector, tolerations, priorityClass, runtimeClass } = placementTexts(placement);
  return [
    ['Node selector', nodeSelector],
    ['Tolerations', tolerations],
    ['Priority class', priorityClass],
    ['Runtime class', runtimeClass],
  ];
}

function Variables({ env }: Pick<App, 'env'>) {
  const [shown, setShown] = useState(false);
  return (
    <div class="variables">
      <div class="variables-head">
        <h3>Environment</h3>
        <button type="button" class="quiet" aria-pressed={shown} onClick={() => setShown(!shown)}>
          Show values
        </button>
      </div>
      <ul>
        {env.map(({ name, value, valueFrom }) => (
          <li key={name}>
            <code>{name}</code>
            <code class="muted">
              {valueFrom !== undefined
                ? `from ${Object.keys(Object(valueFrom)).join('')}`
                : shown
                  ? value
                  : '••••••'}
            </code>
          </li>
        ))}
      </ul>
    </div>
  );
}
