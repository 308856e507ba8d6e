#!/usr/bin/env bash
# --resume leaves a finished run as it is, and starts one where there is nothing to go on from.
. "$ROOT/tests/cli/lib.sh"

small_table >table.csv
"$MDL" train table.csv --target status --output run "${TINY[@]}" --resume >out
cp -r run before
"$MDL" train table.csv --target status --output run "${TINY[@]}" --resume >out
expect_text out </dev/null
diff -r run before
