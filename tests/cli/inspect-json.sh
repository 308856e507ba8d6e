#!/usr/bin/env bash
# inspect tells what a model is, as text and as JSON.
. "$ROOT/tests/cli/lib.sh"

train_small
"$MDL" inspect run/model.safetensors | tr -s ' ' >out
grep -qx 'classes bad 50.0 %, good 50.0 % (positive)' out
grep -qx ' home categorical 2: own, rent' out
"$MDL" inspect run/model.safetensors --format json >model.json
python3 - <<'EOT'
import json
model = json.load(open("model.json"))
assert model["task"] == "binary", model
EOT
