#!/usr/bin/env bash
# What is read is never replaced.
. "$ROOT/tests/cli/lib.sh"

train_small
model=run/model.safetensors
ln -s table.csv link.csv
cp "$model" model.before
cp table.csv table.before
refused() {
  expect_exit 2 "$MDL" "$@"
  grep -q 'is a file that is read, .* and would be replaced' err
  cmp table.csv table.before
  cmp "$model" model.before
}
refused predict $model table.csv --output table.csv
refused predict $model table.csv --output link.csv
refused predict $model table.csv --output $model
refused predict $model table.csv --on-error skip --rejects ./table.csv
refused evaluate $model table.csv --output table.csv
refused explain $model table.csv --output table.csv
refused export $model --output $model
refused benchmark $model --output $model
cp table.csv table.md
expect_exit 2 "$MDL" evaluate $model table.md --report table.md
expect_text err <<'EOT'
mdl evaluate: --report 'table.md': is a file that is read, 'table.md', and would be replaced
EOT
expect_exit 2 "$MDL" evaluate $model table.csv --report a.md --format html --output a.md
expect_text err <<'EOT'
mdl evaluate: two reports go to 'a.md'
EOT
[ ! -e a.md ]
"$MDL" predict $model table.csv --output /dev/null
