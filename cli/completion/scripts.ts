/** Verb that the scripts call. It prints candidates: one a line, a tab and a description; `:files` stands for files. */
export const COMPLETE = '__complete';

export type Shell = 'bash' | 'zsh' | 'fish';

/** Scripts that complete the command line. They know nothing of it: they ask the command for each word. */
export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `_taskbridge() {
  local words=() word joined='' i current candidate
  # bash splits words at "=" and ":".
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ -z $word && \${COMP_LINE:0:COMP_POINT} == *[[:space:]] ]]; then joined=''; fi
    if ((\${#words[@]} > 0)) && [[ -n $joined || $word == [=:]* ]]; then
      words[\${#words[@]} - 1]+=$word
    else
      words+=("$word")
    fi
    if [[ $word == *[=:] ]]; then joined=1; else joined=''; fi
  done
  current=\${words[\${#words[@]} - 1]##*[=:]}
  COMPREPLY=()
  while IFS=$'\\t' read -r candidate _; do
    if [[ $candidate == :files ]]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r candidate; do COMPREPLY+=("$candidate"); done < <(compgen -f -- "$current")
    else
      COMPREPLY+=("\${candidate##*[=:]}")
    fi
  done < <("\${COMP_WORDS[0]}" ${COMPLETE} "\${words[@]}" 2>/dev/null)
}
complete -F _taskbridge taskbridge
`,
  zsh: `#compdef taskbridge
_taskbridge() {
  local -a candidates
  local line value
  for line in "\${(@f)$("\${(Q)words[1]}" ${COMPLETE} "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    value=\${line%%$'\\t'*}
    case $line in
      ('') ;;
      (:files) compset -P '-*='; _files; return ;;
      (*$'\\t'?*) candidates+=("\${value//:/\\\\:}:\${line#*$'\\t'}") ;;
      (*) candidates+=("\${value//:/\\\\:}") ;;
    esac
  done
  _describe -V 'value' candidates
}
if [ "$funcstack[1]" = _taskbridge ]; then _taskbridge; else compdef _taskbridge taskbridge; fi
`,
  fish: `function __taskbridge_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  for line in ($words[1] ${COMPLETE} $words[2..-1] "$current" 2>/dev/null)
    if test "$line" = :files
      set -l flag (string match -r -- '^-[^=]*=' "$current")
      for path in (__fish_complete_path (string replace -r -- '^-[^=]*=' '' "$current"))
        echo "$flag$path"
      end
    else
      echo $line
    end
  end
end
complete -c taskbridge -f -a '(__taskbridge_complete)'
`,
};
