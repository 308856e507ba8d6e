#!/usr/bin/env bash
# --help lists the commands, and the help of each has an example.
. "$ROOT/tests/cli/lib.sh"

"$MDL" --help >out
commands=$(sed -n '/^Subcommands:/,/^$/s/^  \([a-z-]*\) .*/\1/p' out)
for command in train evaluate predict version; do grep -qx "$command" <<<"$commands"; done
for command in $commands; do
  "$MDL" "$command" --help >out
  grep -A 1 '^Examples\?:' out | grep -q "mdl $command" || { echo "mdl $command --help has no example"; exit 1; }
done
