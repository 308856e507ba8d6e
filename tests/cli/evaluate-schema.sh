#!/usr/bin/env bash
# The JSON report keeps to its published schema, for each task and with all that can be asked for.
. "$ROOT/tests/cli/lib.sh"

train_small
"$MDL" train table.csv --target status --output other "${TINY[@]}" --set train.seed=1 >training
"$MDL" evaluate run/model.safetensors table.csv --format json --slice home --baseline other/model.safetensors --max-drop accuracy=1 \
  --fail-under 'accuracy[home=own]=0' --fail-under accuracy=0 --confidence 0.9 --drift >binary.json
"$MDL" explain run/model.safetensors table.csv --format json >explained.json
sed 's/own/<ö>/' table.csv | "$MDL" evaluate run/model.safetensors - --format json --slice home,status >stdin.json
"$MDL" train table.csv --target home --set data.task=multiclass --output many "${TINY[@]}" >training
"$MDL" evaluate many/model.safetensors table.csv --format json --intervals none >multiclass.json
"$MDL" train table.csv --target income --set data.task=regression --output number "${TINY[@]}" >training
"$MDL" evaluate number/model.safetensors table.csv --format json --weight age --worst 3 >regression.json

# scripts/setup installs the system's package.
python=/usr/bin/python3
[ -x "$python" ] || python=python3
"$python" - "$ROOT/configs/report.schema.json" binary.json explained.json stdin.json multiclass.json regression.json <<'EOT'
import json, sys
from jsonschema import Draft202012Validator
schema = json.load(open(sys.argv[1]))
Draft202012Validator.check_schema(schema)
for path in sys.argv[2:]:
  report = json.load(open(path))
  for error in Draft202012Validator(schema).iter_errors(report): sys.exit(f"{path}: {error.json_path}: {error.message}")
  known = set(schema["properties"])
  assert set(report) <= known and {"slices", "gates"} <= set(report), path
  assert ("importance" if path == "explained.json" else "worst_rows") in report, path
report["unheard_of"] = 1
assert list(Draft202012Validator(schema).iter_errors(report))
EOT
