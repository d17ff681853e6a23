/** Command of a shell's line, with the variables that the line sets for it. */
type Command = {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
};

/** A word that every shell takes as it is, but for its quotes. */
const PLAIN = /^(?:'[^']*'|"[^"$`\\]*"|[\w./:=,%@+^-])+$/;

/** Splits a line of words alone. Returns `undefined` for one that needs a shell: pipes, variables, globs, `~` and the like. */
export function commandOf(line: string): Command | undefined {
  const words = line.match(/(?:'[^']*'|"[^"]*"|[^\s'"]|['"])+/g) ?? [];
  if (!words.every((word) => PLAIN.test(word))) return undefined;
  const first = words.findIndex((word) => !/^\w+=/.test(word));
  const [name, ...args] = words.slice(first).map(unquoted);
  if (first === -1 || name === undefined) return undefined;
  const env = Object.fromEntries(
    words.slice(0, first).map((word) => {
      const at = word.indexOf('=');
      return [word.slice(0, at), unquoted(word.slice(at + 1))];
    }),
  );
  return { name, args, env };
}

const unquoted = (word: string): string =>
  word.replace(/'([^']*)'|"([^"]*)"/g, (_, single?: string, double?: string) => single ?? double ?? '');
