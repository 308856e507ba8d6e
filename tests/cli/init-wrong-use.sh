#!/usr/bin/env bash
# init without a target says which columns there are; a column that is not there gets a suggestion.
. "$ROOT/tests/cli/lib.sh"

small_table >table.csv
expect_exit 2 "$MDL" init table.csv
expect_text err <<'EOT'
mdl init: --target COLUMN says what to predict; table.csv has 'age', 'income', 'home' and 'status'
EOT
expect_exit 1 "$MDL" init table.csv --target statos
expect_text out </dev/null
expect_text err <<'EOT'
mdl: table.csv: has no column 'statos'; did you mean 'status'?
EOT
