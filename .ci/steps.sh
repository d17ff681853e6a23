# Parallel steps. Sourced by .ci/run, which defines the steps; a function of steps is a lane.
# `work` is the folder of all output of steps; it is deleted at the end.

set -uo pipefail
# Each lane is its own process group, which `end` can kill.
set -m

work=$(mktemp -d)
touch "$work/steps"
planning=
lanes=()

# step TITLE COMMAND [ARG …]: runs the command with its output in a file, which is printed at the end, so that lanes do
# not mix. Returns 1 when the command failed. While planning, it only prints its title.
step() {
  local title=$1 outcome=passed output took
  shift
  if [ -n "$planning" ]; then
    printf '    %s\n' "$title"
    return
  fi
  print printf -- '-- %s begins\n' "$title"
  output=$(mktemp "$work/output.XXXXXX")
  local TIMEFORMAT=$'%0R\t%0U\t%0S'
  { time "$@" >"$output" 2>&1 </dev/null; } 2>"$output.time" || outcome=FAILED
  took=$(cat "$output.time")
  print ended
  [ "$outcome" = passed ]
}

ended() {
  printf '\n== %s\n' "$title"
  cat "$output"
  printf '== %s: %s after %d s\n\n' "$title" "$outcome" "${took%%$'\t'*}"
  printf '%s\t%s\t%s\n' "$title" "$outcome" "$took" >>"$work/steps"
}

# print COMMAND [ARG …]: prints under a lock, one lane at a time.
print() { { flock 9 && "$@"; } 9>"$work/printing"; }

# passed TITLE: returns 0 when that step passed, and while planning.
passed() { [ -n "$planning" ] || grep -q "^$1"$'\tpassed' "$work/steps"; }

# together LANE [LANE …]: runs lanes side by side. Returns 1 when one of them returned 1.
together() {
  local lane status=0
  lanes=()
  [ -z "$planning" ] || printf '\n'
  for lane; do
    if [ -n "$planning" ]; then
      printf '  %s\n' "$lane"
      "$lane"
    else
      "$lane" &
      lanes+=($!)
    fi
  done
  for lane in ${lanes[@]+"${lanes[@]}"}; do wait "$lane" || status=1; done
  lanes=()
  return "$status"
}

# results NAME: arguments of jest, so that `report` counts its tests.
results() { printf -- '--json --outputFile=%s' "$work/$1.json"; }

# Prints the table of steps, and "N passed, N failed"; returns 1 when anything failed.
report() {
  printf '\n%8s  %9s  %-8s%s\n' seconds processor outcome step
  awk -F '\t' '{ printf "%8d  %9d  %-8s%s\n", $3, $4 + $5, $2, $1 }' "$work/steps"
  printf '%8d  in all\n' "$SECONDS"
  node .ci/count.mjs "$work"
}

# Stops running lanes: on a failure, on Ctrl-C, when the runner is stopped.
end() {
  local lane home
  trap '' INT TERM
  for lane in ${lanes[@]+"${lanes[@]}"}; do kill -- "-$lane" 2>/dev/null; done
  wait
  [ ! -d "$work/localstack" ] || TASKBRIDGE_AWS_HOME=$work/localstack "$aws_kit/down"
  for home in "$work"/cluster-*; do
    [ ! -d "$home" ] || TASKBRIDGE_CLUSTER_HOME=$home "$kit/down"
  done
  rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
