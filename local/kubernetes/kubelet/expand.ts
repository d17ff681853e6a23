/** `$$`, `$(NAME)`, or a `$` with the character after it, which stays as it is. */
const REFERENCE = /\$(\$|\(([^)]*)\)|[\s\S])/g;

/**
 * Expands `$(NAME)` as the kubelet does in command, args and the values of variables: a name that is not there stays,
 * `$$` becomes `$`, and what was put in is not looked at again.
 */
export const expand = (text: string, variables: ReadonlyMap<string, string>): string =>
  text.replace(REFERENCE, (all: string, what: string, name: string | undefined) => {
    if (what === '$') return '$';
    return name === undefined ? all : (variables.get(name) ?? all);
  });
