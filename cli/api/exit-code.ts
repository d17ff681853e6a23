/** Exit code of Tekton's entrypoint for a command that a signal ended, whatever the signal. */
const SIGNAL_EXIT_CODE = 255;

/** Exit code in words, since one of them is ambiguous: `7`, `255, or ended by a signal`. */
export const exitCodeText = (exitCode: number): string =>
  `${exitCode}${exitCode === SIGNAL_EXIT_CODE ? ', or ended by a signal' : ''}`;
