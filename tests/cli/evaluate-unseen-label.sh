#!/usr/bin/env bash
# A label that training never saw counts as wrong and takes the log loss away.
. "$ROOT/tests/cli/lib.sh"

train_small
sed -i '3s/[a-z]*$/late/' table.csv
"$MDL" evaluate run/model.safetensors table.csv --format json >report.json
python3 - <<'EOT'
import json
report = json.load(open("report.json"))
assert report["rows"] == 60 and report["metrics"].get("log_loss") is None and report["metrics"]["accuracy"] <= 59 / 60
EOT
