import { access, constants, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('tools.mjs', import.meta.url));

/**
 * Search path with the programs that a build fetches its source with, for machines that lack them. Installed programs
 * come first. The replacements are removed with the directory.
 */
export async function withBuildTools(searchPath: string, directory: string): Promise<string> {
  const tools = join(directory, 'tools');
  const isMissing = async (name: string) => !(await isOn(searchPath, name));
  const fetches = await Promise.all(['curl', 'wget'].map(isMissing));
  const missing = [
    ...(fetches.every(Boolean) ? ['wget'] : []),
    ...((await isMissing('sha256sum')) ? ['sha256sum'] : []),
  ];
  if (missing.length === 0) return searchPath;
  await mkdir(tools, { recursive: true, mode: 0o700 });
  for (const name of missing) {
    const script = `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' ${name} "$@"\n`;
    await writeFile(join(tools, name), script, { mode: 0o700 });
  }
  return `${searchPath}${delimiter}${tools}`;
}

async function isOn(searchPath: string, name: string): Promise<boolean> {
  const found = searchPath.split(delimiter).map((folder) =>
    access(join(folder, name), constants.X_OK).then(
      () => true,
      () => false,
    ),
  );
  return (await Promise.all(found)).includes(true);
}
