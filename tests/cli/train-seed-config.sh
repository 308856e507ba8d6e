#!/usr/bin/env bash
# The seed config trains the mission's network end to end, and it has learned something.
. "$ROOT/tests/cli/lib.sh"

run=$PWD/run
(cd "$ROOT" && "$MDL" train configs/seed.yaml --output "$run" --quiet) >out

ls run >files
expect_text files <<'EOT'
config.yaml
last.safetensors
metrics.jsonl
model.safetensors
report.html
run.json
EOT
[ "$(wc -l <run/metrics.jsonl)" -eq 10 ]
grep -q '^  hidden: \[10\]' run/config.yaml
"$MDL" evaluate run/model.safetensors "$ROOT/data/telescope.csv" --fail-under accuracy=0.80 >out
