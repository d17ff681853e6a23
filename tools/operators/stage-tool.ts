import { createInterface } from 'node:readline/promises';

/** Flags of every tool that works on a stage of AWS. */
export const STAGE_FLAGS = {
  stage: { type: 'string' },
  region: { type: 'string', default: process.env.AWS_REGION },
  service: { type: 'string', default: 'taskbridge' },
  yes: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h' },
} as const;

type ParsedArgs = {
  readonly stage?: string | undefined;
  readonly region?: string | undefined;
  readonly help?: boolean | undefined;
};

/** Parsed arguments with stage and region. Throws for a missing one, with the line of the help. */
export function ofStage<T extends ParsedArgs>(
  given: T,
): (T & { readonly stage: string; readonly region: string }) | 'help' {
  const { stage, region, help } = given;
  if (help) return 'help';
  if (stage === undefined) throw new Error('Which stage? Give --stage.');
  if (region === undefined || region === '')
    throw new Error('Which region? Give --region, or set AWS_REGION.');
  return { ...given, stage, region };
}

/** Asks at the terminal; true for yes, false for any other answer or none. */
export async function agrees(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

/** Runs a tool; prints an error in one line and sets the exit code. */
export const runTool = (main: () => Promise<void>): void => {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
};
