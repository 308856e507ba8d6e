#!/usr/bin/env bash
# What programs that drive mdl read: final scores as flat JSON, and progress as a line of JSON an evaluation.
. "$ROOT/tests/cli/lib.sh"

small_table >table.csv
"$MDL" train table.csv --target status --output run "${TINY[@]:1}" --set data.test=table.csv --progress json --scores scores.json >out 2>lines
"$MDL" evaluate run/model.safetensors table.csv --scores evaluated.json --format json >report.json
python3 - <<'PY'
import json
lines = [json.loads(line) for line in open("lines")]
assert {key for line in lines for key in line} >= {"message", "epoch"}, lines
evaluations = [line for line in lines if "epoch" in line]
metrics = [json.loads(line) for line in open("run/metrics.jsonl")]
assert evaluations == metrics[:-1] and len(evaluations) == 3, (evaluations, metrics)
scores, evaluated, report = (json.load(open(name)) for name in ("scores.json", "evaluated.json", "report.json"))
best = min(evaluations, key=lambda line: line["validation_loss"])
assert scores["validation_loss"] == best["validation_loss"] and scores["epoch"] == best["epoch"] and scores["accuracy"] == best["accuracy"], scores
assert evaluated == report["metrics"]
assert {key[5:]: value for key, value in scores.items() if key.startswith("test_")} == evaluated
assert all(isinstance(value, (int, float)) for value in {**scores, **evaluated}.values())
PY
"$MDL" train --resume run --progress json --quiet --scores again.json 2>lines
expect_text lines </dev/null
python3 -c '
import json
again, scores = (json.load(open(name)) for name in ("again.json", "scores.json"))
assert again == scores, (again, scores)'

# What is read is not replaced.
expect_exit 2 "$MDL" train table.csv --target status --progress xml
expect_exit 2 "$MDL" train table.csv --target status --output other "${TINY[@]}" --scores table.csv
expect_exit 2 "$MDL" evaluate run/model.safetensors table.csv --scores table.csv
expect_exit 2 "$MDL" train table.csv --target status --output other "${TINY[@]}" --scores -
expect_exit 2 "$MDL" train table.csv --target status --output run --force "${TINY[@]}" --scores run/model.safetensors
"$MDL" inspect run/model.safetensors >/dev/null
expect_exit 1 "$MDL" train table.csv --target status --output other "${TINY[@]}" --scores absent/scores.json
[ ! -e other ]
