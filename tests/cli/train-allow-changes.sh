#!/usr/bin/env bash
# --allow-changes goes on with another config, and the model file keeps a record of it.
. "$ROOT/tests/cli/lib.sh"

train_small
"$MDL" train table.csv --target status --output run "${TINY[@]}" --resume --allow-changes --set train.epochs=5 >out
"$MDL" inspect run/model.safetensors | grep '^changed' >changed
expect_text changed <<'EOT'
changed       train.epochs was 3, is 5 (from step 6 on)
EOT
[ "$(wc -l <run/metrics.jsonl)" -eq 5 ]

expect_exit 2 "$MDL" train table.csv --target status --output run --allow-changes

# The moments of adam are of no use to sgd.
cp run/config.yaml before.yaml
expect_exit 1 "$MDL" train table.csv --target status --output run "${TINY[@]}" --resume --allow-changes --set train.epochs=6 --set train.optimizer=sgd
expect_text err <<'EOT'
mdl: run/last.safetensors: train.optimizer cannot change between sgd and adam or adamw, whose states differ; --force starts a new run
EOT
cmp run/config.yaml before.yaml
