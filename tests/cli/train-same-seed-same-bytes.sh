#!/usr/bin/env bash
# The same seed gives the same model, byte for byte; another seed gives another.
. "$ROOT/tests/cli/lib.sh"

small_table >table.csv
for run in one two; do "$MDL" train table.csv --target status --output $run "${TINY[@]}"; done
"$MDL" train table.csv --target status --output other "${TINY[@]}" --set train.seed=1
cmp one/model.safetensors two/model.safetensors
expect_exit 1 cmp one/model.safetensors other/model.safetensors
