import type { Flag, Verb } from './verb.ts';

type Words = { readonly verb: Verb; readonly flags: readonly CompletedFlag[] };
type CompletedFlag = Flag & { readonly long: string | undefined; readonly short: string | undefined };

/** Builds the script that completes verbs, flags, and the values of flags that have choices. */
export function completionScript(shell: 'bash' | 'zsh' | 'fish', verbs: readonly Verb[]): string {
  const words = verbs.map((verb) => ({ verb, flags: verb.flags.filter(isShown).map(toCompleted) }));
  return { bash, zsh, fish }[shell](words);
}

const isShown = ({ hidden }: Flag): boolean => hidden !== true;
const toCompleted = (flag: Flag): CompletedFlag => ({
  ...flag,
  long: /--([\w-]+)/.exec(flag.flags)?.[1],
  short: /(?:^|\s)-(\w)\b/.exec(flag.flags)?.[1],
});

const longsOf = ({ flags }: Words): string =>
  flags.map(({ long, short }) => (long === undefined ? `-${short}` : `--${long}`)).join(' ');
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const bash = (words: readonly Words[]): string => `_taskbridge() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} verb=\${COMP_WORDS[1]}
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${words.map(({ verb }) => verb.name).join(' ')}" -- "$current"))
    return
  fi
  case "$verb $previous" in
${words.flatMap(bashValues).join('')}  esac
  case "$verb" in
${words.map((word) => `    ${word.verb.name}) COMPREPLY=($(compgen -W "${longsOf(word)}" -- "$current")) ;;\n`).join('')}  esac
}
complete -F _taskbridge taskbridge
`;

const bashValues = ({ verb, flags }: Words): string[] =>
  flags.flatMap(({ choices, long, short }) => {
    if (choices === undefined) return [];
    const names = [short && `-${short}`, long && `--${long}`].filter(Boolean);
    const patterns = names.map((name) => `"${verb.name} ${name}"`).join('|');
    return [`    ${patterns}) COMPREPLY=($(compgen -W "${choices.join(' ')}" -- "$current")); return ;;\n`];
  });

const zsh = (words: readonly Words[]): string => `#compdef taskbridge
_taskbridge() {
  local -a verbs
  verbs=(
${words.map(({ verb }) => `    ${quoted(`${verb.name}:${verb.summary.replaceAll(':', '\\:')}`)}\n`).join('')}  )
  if (( CURRENT == 2 )); then
    _describe 'verb' verbs
    return
  fi
  case $words[2] in
${words.map((word) => `    ${word.verb.name}) _arguments ${word.flags.map(zshFlag).join(' ')} ;;\n`).join('')}  esac
}
compdef _taskbridge taskbridge
`;

function zshFlag({ long, short, description, choices, flags }: CompletedFlag): string {
  const text = description.replaceAll(/[[\]:]/g, ' ');
  const value = flags.includes('<') ? `: :${choices === undefined ? '' : `(${choices.join(' ')})`}` : '';
  const name = long === undefined ? `-${short}` : `--${long}`;
  return quoted(`${name}[${text}]${value}`);
}

const fish = (words: readonly Words[]): string =>
  [
    'complete -c taskbridge -f',
    ...words.map(
      ({ verb }) =>
        `complete -c taskbridge -n __fish_use_subcommand -a ${verb.name} -d ${quoted(verb.summary)}`,
    ),
    ...words.flatMap(({ verb, flags }) => flags.map((flag) => fishFlag(verb, flag))),
    '',
  ].join('\n');

function fishFlag({ name }: Verb, { long, short, description, choices, flags }: CompletedFlag): string {
  const parts = [
    `complete -c taskbridge -n '__fish_seen_subcommand_from ${name}'`,
    long === undefined ? undefined : `-l ${long}`,
    short === undefined ? undefined : `-s ${short}`,
    flags.includes('<') ? '-x' : undefined,
    choices === undefined ? undefined : `-a ${quoted(choices.join(' '))}`,
    `-d ${quoted(description)}`,
  ];
  return parts.filter(Boolean).join(' ');
}
