#!/usr/bin/env bash
# A folder that holds a run is left alone, unless --force says to replace it.
. "$ROOT/tests/cli/lib.sh"

train_small
cp run/model.safetensors before
expect_exit 1 "$MDL" train table.csv --target status --output run
expect_text err <<EOT
mdl: run: holds a run of table.csv, target 'status', $(date +%F); --resume continues it, --force replaces it, --output chooses another folder
EOT
cmp run/model.safetensors before

"$MDL" train table.csv --target status --output run "${TINY[@]}" --set train.epochs=2 --force
if cmp run/model.safetensors before; then exit 1; fi
[ "$(wc -l <run/metrics.jsonl)" -eq 2 ]

# Until the new model is there, the config beside the old one stays its own.
cp run/config.yaml before.yaml
expect_exit 1 "$MDL" train table.csv --target status --output run "${TINY[@]}" --set train.learning_rate=1e30 --force
cmp run/config.yaml before.yaml
