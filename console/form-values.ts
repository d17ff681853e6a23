/** Resources as they are typed. */
export type ResourceTexts = {
  readonly memory?: string | undefined;
  readonly disk?: string | undefined;
  readonly cpu?: string | undefined;
};

/** The fields in which something was written; what is blank is as if it were not there. */
export function given<K extends string>(texts: Readonly<Record<K, string>>): Partial<Record<K, string>> {
  const written: Partial<Record<K, string>> = {};
  for (const key in texts) if (texts[key].trim() !== '') written[key] = texts[key];
  return written;
}

/** `resources` of a request, absent where none was written. */
export function resourcesOf({ memory = '', disk = '', cpu = '' }: ResourceTexts) {
  const written = given({ memory: memory.trim(), disk: disk.trim(), cpu: cpu.trim() });
  return Object.keys(written).length === 0 ? {} : { resources: written };
}

export type EnvLine = { readonly name: string; readonly value: string };

/**
 * Variables as they are typed, one `NAME=value` a line; a value may hold `=`. Blank lines and lines that begin with `#` are
 * nothing; one without `=` is a name without a value, which the API refuses or takes as it sees fit.
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

/** The variables as they would be typed. One whose value has more than one line can't be: it is kept apart. */
export function envText(
  env: readonly { readonly name: string; readonly value?: string | undefined }[],
): string {
  return env.map(({ name, value = '' }) => `${name}=${value}`).join('\n');
}
