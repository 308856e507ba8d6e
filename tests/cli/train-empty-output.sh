#!/usr/bin/env bash
# A folder without a name is refused, and not taken for "nothing said".
. "$ROOT/tests/cli/lib.sh"

small_table >table.csv
expect_exit 2 "$MDL" train table.csv --target status --output '' "${TINY[@]}"
expect_text err <<'EOT'
mdl train: --output: expected a folder, found ''
EOT
[ ! -e runs ]
