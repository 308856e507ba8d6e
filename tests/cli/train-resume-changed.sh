#!/usr/bin/env bash
# A run does not go on with another config, unless that is wanted.
. "$ROOT/tests/cli/lib.sh"

train_small
expect_exit 1 "$MDL" train table.csv --target status --output run "${TINY[@]}" --resume --set train.learning_rate=0.5
expect_text err <<'EOT'
mdl: run/last.safetensors: the run began otherwise: train.learning_rate was 0.001, is 0.5; --allow-changes goes on all the same, --force starts anew
EOT
