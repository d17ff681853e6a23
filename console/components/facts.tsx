import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { App } from '../../cli/api/responses.ts';
import { resourcesInWords } from '../summary.ts';
import { lengthInWords } from '../time.ts';

export type Fact = readonly [name: string, value: ComponentChildren];

/** Names with their values; what has no value is left out. */
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

/** What tasks of an app inherit. Values of variables are shown when somebody asks for them. */
export function Inherited({ app }: { readonly app: App }) {
  const { image, entrypoint, command, resources, serviceAccountName, securityGroups, labels } = app;
  return (
    <>
      <Facts
        of={[
          ['Image', <code key="image">{image}</code>],
          ['Start command', command && <code>{command}</code>],
          ['Entrypoint', entrypoint && <code>{entrypoint.join(' ')}</code>],
          ['Resources', resourcesInWords(resources)],
          ['Services', app.services.map(({ name }) => name).join(', ')],
          ['Service account', serviceAccountName],
          ['Security groups', securityGroups.join(', ')],
          [
            'Labels',
            Object.entries(labels)
              .map(([key, value]) => `${key}=${value}`)
              .join(', '),
          ],
          ['Timeout', lengthInWords(app.taskTimeout)],
          ['Longest wait for a start', lengthInWords(app.pendingTimeout)],
          ['Runs at once', app.maxRunning === undefined ? undefined : `${app.maxRunning} at most`],
          ['Tasks kept', app.taskRetention === undefined ? undefined : `the newest ${app.taskRetention}`],
        ]}
      />
      {app.env.length > 0 && <Variables env={app.env} />}
    </>
  );
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
