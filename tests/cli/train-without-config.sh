#!/usr/bin/env bash
# A table and a target are enough; the run goes to runs/ and the table's name.
. "$ROOT/tests/cli/lib.sh"

small_table >customers.csv
"$MDL" train customers.csv --target status --set train.epochs=1
[ -s runs/customers/model.safetensors ]
