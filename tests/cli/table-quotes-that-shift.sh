#!/usr/bin/env bash
# Quotes that leave open where fields begin are refused in training and prediction, with the line.
. "$ROOT/tests/cli/lib.sh"

train_small
between='so what stands between may be one field; a field that holds a quote must be in quotes, its own quotes doubled'
printf 'age,income,home\n30,500,own\n30"own, or",rent\n' >rows.csv
expect_exit 1 "$MDL" predict run/model.safetensors rows.csv
expect_text err <<EOT
mdl: rows.csv:3: field 1 holds a quote and field 2 ends in one, $between
EOT
printf 'age,home,status\n30, "own, or rent",good\n' >table.csv
expect_exit 1 "$MDL" train table.csv --target status --output other
expect_text err <<'EOT'
mdl: table.csv:2: a blank before the opening quote of field 2; take the blank out, or put all of the field in quotes
EOT
printf 'age,income,home\n30,500,own\nage,income,home\n30,500,own\n' >rows.csv
expect_exit 1 "$MDL" predict run/model.safetensors rows.csv
expect_text err <<'EOT'
mdl: rows.csv:3: repeats the header; does the file hold several tables?
EOT
printf 'age,income,home,note\n30,500,own,5" disk\n' | "$MDL" predict run/model.safetensors --columns note >out
grep -q '^5" disk,' out
