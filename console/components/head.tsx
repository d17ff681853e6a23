/** A column: its title, and the classes of its cells. */
export type Column = readonly [title: string, classes?: string];

/** The titles of a table. */
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
