#!/usr/bin/env bash
# evaluate counts the same answers that predict prints.
. "$ROOT/tests/cli/lib.sh"

train_small
"$MDL" evaluate run/model.safetensors table.csv --format json >report.json
"$MDL" predict run/model.safetensors table.csv >scored.csv
python3 - <<'EOT'
import csv, json
rows = list(csv.DictReader(open("scored.csv")))
right = sum(row["status"] == row["prediction"] for row in rows)
accuracy = json.load(open("report.json"))["metrics"]["accuracy"]
assert abs(accuracy - right / len(rows)) < 1e-12, (accuracy, right, len(rows))
assert all(abs(float(row["p_bad"]) + float(row["p_good"]) - 1) < 1e-12 for row in rows)
EOT
