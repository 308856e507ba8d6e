#!/usr/bin/env bash
# A gate that is not met gives 3, after the report is written; one that is met gives 0.
. "$ROOT/tests/cli/lib.sh"

train_small
expect_exit 0 "$MDL" evaluate run/model.safetensors table.csv --fail-under accuracy=0.0
expect_exit 3 "$MDL" evaluate run/model.safetensors table.csv --fail-under accuracy=0.0 --fail-under log_loss=0.000001 --output report.txt
[ -s report.txt ]
expect_text out </dev/null
