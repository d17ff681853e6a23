import type { ComponentChildren } from 'preact';
import type { Problem } from '../api/problem.ts';
import { type Crumb, crumbsOf, type Route, titleOf } from '../routes.ts';

type TitledProps = {
  readonly title: string;
  readonly crumbs?: readonly Crumb[];
  /** Beside the heading: how it stands. */
  readonly aside?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
};

/** A page: where it is, what it is, what can be done, and what it shows. */
export const TitledPage = ({ title, crumbs = [], aside, actions, children }: TitledProps) => (
  <>
    {crumbs.length > 0 && (
      <nav class="crumbs" aria-label="Where this is">
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

/** The page of a view: its address says its title, and the way to it. */
export const Page = ({ of, ...rest }: PageProps) => (
  <TitledPage title={titleOf(of)} crumbs={crumbsOf(of)} {...rest} />
);

type EmptyProps = { readonly title: string; readonly children?: ComponentChildren };

/** What stands where a list would, and how it gets its first entry. */
export const Empty = ({ title, children }: EmptyProps) => (
  <div class="empty">
    <p class="empty-title">{title}</p>
    {children}
  </div>
);

/** While the first answer is on its way. */
export const Loading = () => (
  <p class="loading" role="status">
    Loading…
  </p>
);

/** What was refused, where the view's own things would be. */
export const Refused = ({ problem }: { readonly problem: Problem }) => (
  <div class="refusal" role="alert">
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

/** A part of a view; `flush`: what is in it reaches its edges, as a table does. */
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
