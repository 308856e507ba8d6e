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
  grep -q 'is also an input, .* and would be overwritten' err
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
ln table.csv hard.csv
refused predict $model table.csv --output hard.csv
refused predict $model hard.csv --output "$PWD/../$(basename "$PWD")/link.csv"
expect_exit 2 "$MDL" predict $model --output table.csv <table.csv
expect_text err <<'EOT'
mdl predict: --output 'table.csv': is also an input, '-', and would be overwritten
EOT
cmp table.csv table.before
for pair in 'a.csv ./a.csv' './a.csv a.csv' "a.csv $PWD/a.csv" 'there.csv linked.csv' 'there.csv hard-linked.csv'; do
  touch there.csv
  ln -sf there.csv linked.csv
  ln -f there.csv hard-linked.csv
  # shellcheck disable=SC2086
  expect_exit 2 "$MDL" predict $model table.csv --on-error skip --output ${pair% *} --rejects ${pair#* }
  expect_text err <<'EOT'
mdl predict: --rejects and --output name the same file
EOT
done
[ ! -e a.csv ] && [ ! -s there.csv ]
cp table.csv table.md
expect_exit 2 "$MDL" evaluate $model table.md --report table.md
expect_text err <<'EOT'
mdl evaluate: --report 'table.md': is also an input, 'table.md', and would be overwritten
EOT
expect_exit 2 "$MDL" evaluate $model table.csv --report a.md --format html --output a.md
expect_text err <<'EOT'
mdl evaluate: two reports go to 'a.md'
EOT
expect_exit 2 "$MDL" evaluate $model table.csv --report a.md --report ././a.md
expect_text err <<'EOT'
mdl evaluate: two reports go to '././a.md'
EOT
[ ! -e a.md ]
"$MDL" predict $model table.csv --output /dev/null
