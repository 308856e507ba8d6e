#!/usr/bin/env bash
# Flags of predict that make no sense are refused before anything is read or written.
. "$ROOT/tests/cli/lib.sh"

train_small
refused() {
  expect_exit 2 "$MDL" predict run/model.safetensors table.csv "$@" --output never.csv
  expect_text out </dev/null
  [ ! -e never.csv ]
}

refused --rejects x.csv
expect_text err <<'EOT'
mdl predict: --rejects needs --on-error skip or blank; otherwise the first such row ends the run
EOT
refused --allow-rejects 3
expect_text err <<'EOT'
mdl predict: --allow-rejects needs --on-error skip or blank; otherwise the first such row ends the run
EOT
refused --on-error skip --allow-rejects 1.5
expect_text err <<'EOT'
mdl predict: --allow-rejects: expected a number of rows or a percentage like 0.1%, found '1.5'
EOT
refused --on-error skip --rejects never.csv
expect_text err <<'EOT'
mdl predict: --rejects and --output name the same file
EOT
refused --on-error ignore
refused --only --columns age
expect_text err <<'EOT'
mdl predict: --only prints no input columns, and --columns names some; omit one of them
EOT
refused --top 3
expect_text err <<'EOT'
mdl predict: --top 3: expected 1 to 2, as many as there are classes
EOT
refused --round 16
refused --delimiter ab
expect_text err <<'EOT'
mdl predict: --delimiter: expected tab or one character that is no letter, digit or quote, found 'ab'
EOT
refused --input-format xlsx
