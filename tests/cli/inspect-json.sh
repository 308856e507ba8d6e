#!/usr/bin/env bash
# inspect tells what a model is, as text and as JSON.
. "$ROOT/tests/cli/lib.sh"

train_small
"$MDL" inspect run/model.safetensors | tr -s ' ' | head -n 14 >out
expect_text out <<'EOT'
model run/model.safetensors
task binary
target status
classes bad 50.0 %, good 50.0 % (positive)
threshold 0.5
features 3: 2 numeric, 1 categorical; 4 inputs
 age numeric center 47.44, scale 16.42
 income numeric center 2942, scale 1754
 home categorical 2: own, rent
reference row
 age 46.05
 income 2950
 home own
network 4-4-1, relu
EOT
"$MDL" inspect run/model.safetensors --format json >model.json
python3 - <<'EOF'
import json
model = json.load(open("model.json"))
assert model["classes"] == ["bad", "good"] and model["positive"] == "good", model
assert model["network"]["widths"] == [4, 4, 1] and model["parameters"] == 25, model
assert [feature["reference"] for feature in model["features"]] == [46.05, 2950, "own"], model["features"]
assert model["training_rows"] == 48 and 1 <= model["epoch"] <= 3, model
EOF
