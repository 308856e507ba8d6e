#!/usr/bin/env bash
# --set goes over the config file and over the flags.
. "$ROOT/tests/cli/lib.sh"

small_table >table.csv
cat >config.yaml <<'EOT'
data: {train: table.csv, target: status}
train: {epochs: 5}
output: elsewhere
EOT
"$MDL" train config.yaml --output flag "${TINY[@]}" --set train.epochs=2 --set output=run
[ "$(wc -l <run/metrics.jsonl)" -eq 2 ]
[ ! -e elsewhere ] && [ ! -e flag ]
