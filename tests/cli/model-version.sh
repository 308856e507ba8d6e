#!/usr/bin/env bash
# model.version stands in the model file, and a model without one is as it was.
. "$ROOT/tests/cli/lib.sh"

train_small
"$MDL" train table.csv --target status --output numbered "${TINY[@]}" --set model.version=7 >training
"$MDL" inspect numbered/model.safetensors >out
grep -qx 'version       7' out
[ "$("$MDL" inspect numbered/model.safetensors --format json | python3 -c 'import json, sys; print(json.load(sys.stdin)["version"])')" = 7 ]
"$MDL" inspect run/model.safetensors >out
if grep -q '^version ' out; then exit 1; fi
"$MDL" predict run/model.safetensors table.csv >plain.csv
"$MDL" predict numbered/model.safetensors table.csv | cmp - plain.csv
expect_exit 1 "$MDL" train table.csv --target status --output other "${TINY[@]}" --set model.version=-1
expect_text err <<'EOT'
mdl: --set model.version=-1: expected a whole number from 0 to 1000000000, found '-1'
EOT
