import type { ComponentChildren } from 'preact';
import type { Problem } from '../api/problem.ts';
import { type Crumb, crumbsOf, type Route, titleOf } from '../routes.ts';

type TitledProps = {
  readonly title: string;
  readonly crumbs?: readonly Crumb[];
  /** Content next to the heading, such as a status. */
  readonly aside?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
};

/** Page with its breadcrumb, heading, actions and content. */
export const TitledPage = ({ title, crumbs = [], aside, actions, children }: TitledProps) => (
  <>
    {crumbs.length > 0 && (
      <nav class="crumbs" aria-label="Breadcrumb">
        <ol>
          {crumbs.map(([text, href]) => (
            <li key={href}>
              <a href={href}>{text}</a>
            </li>
          ))}
        </ol>
      </nav>
    )}
    <div class="heading">
      <h1 tabIndex={-1}>{title}</h1>
      {aside}
      {actions !== undefined && <div class="actions">{actions}</div>}
    </div>
    {children}
  </>
);

type PageProps = Omit<TitledProps, 'title' | 'crumbs'> & { readonly of: Route };

/** Page of a view, with the title and breadcrumb of its route. */
export const Page = ({ of, ...rest }: PageProps) => (
  <TitledPage title={titleOf(of)} crumbs={crumbsOf(of)} {...rest} />
);

type EmptyProps = { readonly title: string; readonly children?: ComponentChildren };

/** Placeholder of an empty list, with a way to create the first item. */
export const Empty = ({ title, children }: EmptyProps) => (
  <div class="empty">
    <p class="empty-title">{title}</p>
    {children}
  </div>
);

/** Placeholder until the first response. */
export const Loading = () => (
  <p class="loading" role="status">
    Loading…
  </p>
);

/** Error in place of a view's content. */
export const ProblemAlert = ({ problem }: { readonly problem: Problem }) => (
  <div class="problem" role="alert">
    <strong>{problem.title}</strong>
    <p>{problem.message}</p>
  </div>
);

type CardProps = {
  readonly title?: string;
  readonly aside?: ComponentChildren;
  readonly flush?: boolean;
  readonly children: ComponentChildren;
};

/** Section of a view; `flush`: its content has no padding, as for a table. */
export const Card = ({ title, aside, flush = false, children }: CardProps) => (
  <section class={flush ? 'card flush' : 'card'}>
    {title !== undefined && (
      <header class="card-head">
        <h2>{title}</h2>
        {aside}
      </header>
    )}
    {children}
  </section>
);
