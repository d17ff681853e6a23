/** Typed values of the resource fields. */
export type ResourceTexts = {
  readonly memory?: string | undefined;
  readonly disk?: string | undefined;
  readonly cpu?: string | undefined;
};

/** Drops blank fields. */
export function nonBlank<K extends string>(texts: Readonly<Record<K, string>>): Partial<Record<K, string>> {
  const filled: Partial<Record<K, string>> = {};
  for (const key in texts) if (texts[key].trim() !== '') filled[key] = texts[key];
  return filled;
}

/** `resources` of a request; absent where all fields are blank. */
export function resourcesOf({ memory = '', disk = '', cpu = '' }: ResourceTexts) {
  const filled = nonBlank({ memory: memory.trim(), disk: disk.trim(), cpu: cpu.trim() });
  return Object.keys(filled).length === 0 ? {} : { resources: filled };
}

/** `args` of a request, one a line; absent for a blank text. */
export const argsOf = (text: string) =>
  text.trim() === '' ? {} : { args: text.replace(/\r?\n$/, '').split(/\r?\n/) };

/** Environment variable with a literal value. */
export type EnvLine = { readonly name: string; readonly value: string };

/**
 * Parses typed variables, one `NAME=value` a line. A value may contain `=`. Blank lines and lines that start with `#` are
 * skipped; a line without `=` is a name with an empty value.
 */
export const envOf = (text: string): readonly EnvLine[] =>
  text
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'))
    .map((line) => {
      const at = line.indexOf('=');
      return at === -1
        ? { name: line.trim(), value: '' }
        : { name: line.slice(0, at).trim(), value: line.slice(at + 1) };
    });

/** Formats variables for editing, one `NAME=value` a line. Values must not contain newlines. */
export function envText(
  env: readonly { readonly name: string; readonly value?: string | undefined }[],
): string {
  return env.map(({ name, value = '' }) => `${name}=${value}`).join('\n');
}
