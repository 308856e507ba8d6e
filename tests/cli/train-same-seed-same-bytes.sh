#!/usr/bin/env bash
# The same seed gives the same model, byte for byte; another seed gives another.
. "$ROOT/tests/cli/lib.sh"

small_table >table.csv
for run in one two; do "$MDL" train table.csv --target status --output $run --set train.epochs=3 --quiet; done
"$MDL" train table.csv --target status --output other --set train.epochs=3 --set train.seed=1 --quiet
cmp one/model.safetensors two/model.safetensors
! cmp -s one/model.safetensors other/model.safetensors
