#!/usr/bin/env bash
# A run does not go on with another config, unless that is wanted.
. "$ROOT/tests/cli/lib.sh"

train_small
expect_exit 1 "$MDL" train table.csv --target status --output run "${TINY[@]}" --resume --set train.learning_rate=0.5
expect_text err <<'EOT'
mdl: run/last.safetensors: the run began differently: train.learning_rate was 0.001, is 0.5; --allow-changes resumes it anyway, --force starts a new run
EOT

# Nor with other data, however little has changed: a number, a category, the unit of a column.
for change in '$2 = NR == 2 ? $2 + 1 : $2' '$3 = NR == 9 ? "rent" : $3' '$1 = $1 * 100' '$3 = $3 "s"'; do
  awk -F , -v OFS=, "NR > 1 { $change } { print }" table.csv >changed.csv
  expect_exit 1 "$MDL" train changed.csv --target status --output run "${TINY[@]}" --resume
  grep -q "the run began differently: the data's checksum was ........, is ........; --allow-changes" err
done
awk -F , 'BEGIN { OFS = "," } NR == 1 { $1 = "years" } { print }' table.csv >changed.csv
expect_exit 1 "$MDL" train changed.csv --target status --output run "${TINY[@]}" --resume
grep -q "the run began differently: the data's checksum was" err
