/** Column of a table: its title, and the CSS classes of its header. */
export type Column = readonly [title: string, classes?: string];

/** Header row of a table. */
export const Head = ({ columns }: { readonly columns: readonly Column[] }) => (
  <thead>
    <tr>
      {columns.map(([title, classes]) => (
        <th key={title} scope="col" class={classes}>
          {title}
        </th>
      ))}
    </tr>
  </thead>
);
