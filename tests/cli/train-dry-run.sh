#!/usr/bin/env bash
# --dry-run says what would be trained and writes nothing.
. "$ROOT/tests/cli/lib.sh"

small_table >table.csv
"$MDL" train table.csv --target status --output run "${TINY[@]}" --dry-run >out
head -n 4 out >layers
expect_text layers <<'EOT'
0.weight             [4, 4]
0.bias               [4]
2.weight             [1, 4]
2.bias               [1]
EOT
[ "$(tail -n 1 out)" = 'nothing was written' ]
[ ! -e run ]
