#!/usr/bin/env bash
# Ctrl-C ends training with 130 and leaves no model that is not whole.
. "$ROOT/tests/cli/lib.sh"

small_table >table.csv
code=0
timeout --preserve-status --signal INT 2 "$MDL" train table.csv --target status --output run \
  --set train.epochs=100000000 --set train.early_stopping=0 --quiet >out 2>err || code=$?
[ "$code" -eq 130 ]
expect_text out </dev/null
