#!/usr/bin/env bash
# A text in a column of numbers is refused with its place and two ways out.
. "$ROOT/tests/cli/lib.sh"

small_table | sed '41s/^59,/5 9,/' >table.csv
expect_exit 1 "$MDL" train table.csv --target status --output run
expect_text err <<'EOT'
mdl: table.csv:41: column 'age': '5 9' is not a number, but most of the column is; if it means a missing value, add it to data.missing; if the column holds names, set data.types: {age: categorical}
EOT
[ ! -e run ]

"$MDL" train table.csv --target status --output run "${TINY[@]}" --set 'data.missing=["", "5 9"]'
