#!/usr/bin/env bash
# A run that Ctrl-C interrupts goes on with --resume to the same model as one that was not interrupted.
. "$ROOT/tests/cli/lib.sh"

small_table >table.csv
train=("$MDL" train table.csv --target status "${TINY[@]}" --set train.epochs=30000)
"${train[@]}" --output whole >out

"${train[@]}" --output broken >out 2>err &
wait_for broken/config.yaml
kill -INT $!
code=0
wait $! || code=$?
[ "$code" -eq 130 ]
grep -qx 'interrupted in epoch [0-9]* of 30000; the state of the run is saved; to go on:' err
[ ! -e broken/model.safetensors ]

"${train[@]}" --output broken --resume >out
cmp whole/model.safetensors broken/model.safetensors
