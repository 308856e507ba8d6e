#!/usr/bin/env bash
# SIGTERM ends training with 143, after the state of the run is saved.
. "$ROOT/tests/cli/lib.sh"

small_table >table.csv
"$MDL" train table.csv --target status --output run "${TINY[@]}" --set train.epochs=100000000 >out 2>err &
wait_for run/config.yaml
kill -TERM $!
code=0
wait $! || code=$?
[ "$code" -eq 143 ]
expect_text out </dev/null
[ -s run/last.safetensors ] && [ ! -e run/model.safetensors ]
