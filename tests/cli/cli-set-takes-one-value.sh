#!/usr/bin/env bash
# A flag that can be repeated takes one value each time, and leaves the next word to be what it is.
. "$ROOT/tests/cli/lib.sh"

small_table >table.csv
"$MDL" train --set model.preset=plain --set 'model.hidden=[4]' --set train.epochs=2 table.csv --target status --output run --quiet >out
expect_exit 0 "$MDL" evaluate --fail-under accuracy=0 --fail-under f1=0 run/model.safetensors table.csv
[ "$(grep -c '^gate ' out)" -eq 2 ]
expect_exit 0 "$MDL" config show --set model.preset=plain run/config.yaml
