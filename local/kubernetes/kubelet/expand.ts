/** `$$`, `$(NAME)`, or a `$` with the next character, which is kept. */
const REFERENCE = /\$(\$|\(([^)]*)\)|[\s\S])/g;

/**
 * Expands `$(NAME)` as the kubelet does in command, args and values of variables: unknown names are kept, `$$` becomes
 * `$`, and expanded text is not expanded again.
 */
export const expand = (text: string, variables: ReadonlyMap<string, string>): string =>
  text.replace(REFERENCE, (all: string, what: string, name: string | undefined) => {
    if (what === '$') return '$';
    return name === undefined ? all : (variables.get(name) ?? all);
  });
