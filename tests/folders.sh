#!/usr/bin/env bash
# The order of the folders of lib: each includes only itself and those before it. LibTorch comes in with nn: what stands above that line
# answers without it.
set -euo pipefail
cd "$(dirname "$0")/.."

order='base crypto io config table arrow metrics report modelfile privacy export infer predict evaluate serve nn train'

grep -rHnE '^ *# *include *["<]' lib | awk -v order="$order" '
  BEGIN {
    count = split(order, names, " ")
    for (i = 1; i <= count; ++i) place[names[i]] = i
  }
  {
    split($0, at, ":")
    split(at[1], from, "/")
    match($0, /["<][^">]*/)
    included = substr($0, RSTART + 1, RLENGTH - 1)
    split(included, to, "/")
    where = at[1] ":" at[2] ": "
    if (!(from[2] in place)) problem = "the folder lib/" from[2] " has no place in the order"
    else if (to[1] ~ /^(torch|ATen|c10)$/ && place[from[2]] < place["nn"]) problem = "includes LibTorch above the line: " included
    else if (to[1] == "cli") problem = "includes the command line: " included
    else if (to[1] in place && place[to[1]] > place[from[2]]) problem = "lib/" from[2] " may not include " included
    else next
    print where problem
    failed = 1
  }
  END { exit failed }'
