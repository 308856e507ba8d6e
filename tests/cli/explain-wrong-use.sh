#!/usr/bin/env bash
# explain says what is wrong with its flags and its rows.
. "$ROOT/tests/cli/lib.sh"

train_small
expect_exit 2 "$MDL" explain run/model.safetensors table.csv --metric acuracy
expect_text err <<'EOT'
mdl explain: --metric 'acuracy': there is no metric 'acuracy'; did you mean 'accuracy'?
EOT
expect_exit 2 "$MDL" explain run/model.safetensors table.csv --metric rmse
grep -q "^mdl explain: --metric 'rmse': the model's task is binary, which has no rmse; it has accuracy, " err
expect_exit 2 "$MDL" explain run/model.safetensors table.csv --repeats 0
expect_text err <<'EOT'
mdl explain: --repeats: Value 0 not in range 1 to 1000; see mdl explain --help
EOT
awk -F, -v OFS=, 'NR == 5 { $4 = "" } 1' table.csv >unlabelled.csv
expect_exit 1 "$MDL" explain run/model.safetensors unlabelled.csv
expect_text err <<'EOT'
mdl: unlabelled.csv:5: column 'status': the target is missing; --skip-unlabelled skips such rows
EOT
expect_exit 0 "$MDL" explain run/model.safetensors unlabelled.csv --skip-unlabelled --repeats 1
head -2 table.csv >one.csv
expect_exit 1 "$MDL" explain run/model.safetensors one.csv
expect_text err <<'EOT'
mdl: one.csv: 1 row with a target is too few for an interval of accuracy
EOT
