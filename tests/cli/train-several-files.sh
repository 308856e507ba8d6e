#!/usr/bin/env bash
# A list of files, and a glob, make the same model as one file with all the rows.
. "$ROOT/tests/cli/lib.sh"

train_small
for part in 1 2 3; do { head -n 1 table.csv; tail -n +2 table.csv | head -n $((part * 20)) | tail -n 20; } >part-$part.csv; done
"$MDL" train --target status --output list "${TINY[@]}" table.csv --set 'data.train=[part-1.csv, part-2.csv, part-3.csv]' >out
"$MDL" train 'part-*.csv' --target status --output glob "${TINY[@]}" >out
cmp run/model.safetensors list/model.safetensors
cmp run/model.safetensors glob/model.safetensors

expect_exit 1 "$MDL" train 'nothing-*.csv' --target status
expect_text err <<'EOT'
mdl: nothing-*.csv: no file matches
EOT
sed -i 1s/age/Age/ part-2.csv
expect_exit 1 "$MDL" train 'part-*.csv' --target status
expect_text err <<'EOT'
mdl: part-2.csv: has no column 'age', which part-1.csv has
EOT
