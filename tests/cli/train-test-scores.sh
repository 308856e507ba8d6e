#!/usr/bin/env bash
# What the model scores on data.test stands in the report, in the last line of metrics.jsonl, in the model and in its card.
. "$ROOT/tests/cli/lib.sh"

small_table >table.csv
small_table | sed '3s/[a-z]*$/late/;5s/[a-z]*$//' >test.csv
"$MDL" train table.csv --target status --output run "${TINY[@]}" --set data.test=test.csv >out
"$MDL" evaluate run/model.safetensors test.csv --skip-unlabelled --format json >report.json
"$MDL" inspect run/model.safetensors --format json >model.json
python3 - <<'EOT'
import json
scores = json.load(open("report.json"))["metrics"]
model = json.load(open("model.json"))
assert model["test"] == scores and model["test_rows"] == 59
lines = [json.loads(line) for line in open("run/metrics.jsonl")]
assert len(lines) == 4 and all("test_rows" not in line for line in lines[:3])
assert lines[3] == {"epoch": model["epoch"], "test_rows": 59, **{"test_" + name: value for name, value in scores.items()}}, lines[3]
EOT
grep -q '>Test scores<' run/report.html
grep -q 'On 59 rows of test.csv, which had no part in training. 1 row without a target is skipped. 1 row with a label unknown' run/report.html
"$MDL" inspect run/model.safetensors | grep -qx 'rows          48 to train on, 12 to validate on, 59 to test on'
"$MDL" inspect run/model.safetensors --format card | grep -q '^On the 59 test rows, which had no part in training:'
"$MDL" export run/model.safetensors --serving --output served.safetensors
"$MDL" inspect served.safetensors >served
if grep -q test served; then exit 1; fi
