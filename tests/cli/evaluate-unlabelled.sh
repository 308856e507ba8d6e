#!/usr/bin/env bash
# A row without a target is an error, or left out and counted with --skip-unlabelled.
. "$ROOT/tests/cli/lib.sh"

train_small
sed -i '3s/[a-z]*$//' table.csv
expect_exit 1 "$MDL" evaluate run/model.safetensors table.csv
expect_text err <<'EOT'
mdl: table.csv:3: column 'status': the target is missing; --skip-unlabelled skips such rows
EOT
"$MDL" evaluate run/model.safetensors table.csv --skip-unlabelled --format json | grep -q '"rows": 59'
