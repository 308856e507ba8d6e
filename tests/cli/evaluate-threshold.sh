#!/usr/bin/env bash
# --threshold P decides from which probability on a row is positive, in evaluate and predict alike; a model of other tasks has none.
. "$ROOT/tests/cli/lib.sh"

train_small
"$MDL" predict run/model.safetensors table.csv --threshold 0.3 >scored.csv
"$MDL" evaluate run/model.safetensors table.csv --threshold 0.3 --format json >report.json
python3 - <<'EOT'
import csv, json
rows = list(csv.DictReader(open("scored.csv")))
assert all((row["prediction"] == "good") == (float(row["p_good"]) >= 0.3) for row in rows)
matrix = json.load(open("report.json"))["confusion_matrix"]["counts"]
assert sum(row[1] for row in matrix) == sum(row["prediction"] == "good" for row in rows), matrix
EOT

expect_exit 2 "$MDL" evaluate run/model.safetensors table.csv --threshold 1.5
expect_text err <<'EOT'
mdl evaluate: --threshold 1.5: expected a number from 0 to 1
EOT
"$MDL" train table.csv --target age --output ages "${TINY[@]}" >/dev/null
for command in evaluate predict; do
  expect_exit 2 "$MDL" $command ages/model.safetensors table.csv --threshold 0.3
  expect_text err <<EOT
mdl $command: --threshold is for two classes; the model's task is regression
EOT
done
