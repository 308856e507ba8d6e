#!/usr/bin/env bash
# A cell that is no number is named with its place, and the file that was there stays as it was.
. "$ROOT/tests/cli/lib.sh"

train_small
printf 'age,income,home\n30,100,own\nabc,100,own\n' >new.csv
echo precious >scored.csv
expect_exit 1 "$MDL" predict run/model.safetensors new.csv --output scored.csv
expect_text err <<'EOT'
mdl: new.csv:3: column 'age': 'abc' is not a number
EOT
expect_text scored.csv <<'EOT'
precious
EOT
[ "$(echo scored*)" = scored.csv ]
