#!/usr/bin/env bash
# run.json keeps to its published schema, also where the run was resumed and had files for all that it read.
. "$ROOT/tests/cli/lib.sh"

small_table >table.csv
train=("$MDL" train table.csv --target status --output run "${TINY[@]}" --set data.validation=table.csv --set data.test=table.csv)
"${train[@]}" >training
cp run/run.json first.json
"${train[@]}" --resume --allow-changes --set train.epochs=4 >training
cp run/run.json resumed.json

# scripts/setup installs the system's package.
python=/usr/bin/python3
[ -x "$python" ] || python=python3
"$python" - "$ROOT/configs/run.schema.json" first.json resumed.json <<'EOT'
import json, sys
from jsonschema import Draft202012Validator
schema = json.load(open(sys.argv[1]))
Draft202012Validator.check_schema(schema)
for path in sys.argv[2:]:
  record = json.load(open(path))
  for error in Draft202012Validator(schema).iter_errors(record): sys.exit(f"{path}: {error.json_path}: {error.message}")
  assert [i["key"] for i in record["inputs"]] == ["data.train", "data.validation", "data.test"]
assert set(record) == set(schema["properties"])
EOT
