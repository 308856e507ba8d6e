#!/usr/bin/env bash
# With model.date_parts a date's season and weekday are inputs: a target that goes by them is learnt, exported and told.
. "$ROOT/tests/cli/lib.sh"

python3 - >days.csv <<'EOT'
import datetime
print("day,y")
for i in range(0, 4000, 3):
    day = datetime.date(2012, 1, 1) + datetime.timedelta(days=i)
    print(f"{'' if i % 51 == 0 else day},{10 * (day.weekday() >= 5) + (5 if 4 <= day.month <= 9 else 0)}")
EOT
train() {
  "$MDL" train days.csv --target y --output "$1" --quiet --set train.epochs=20 --set model.members=1 --set data.task=regression "${@:2}" >training
}
train days
train parts --set model.date_parts=true
"$MDL" inspect parts/model.safetensors | grep -q '  day  date  .*, season and weekday'
for run in days parts; do
  "$MDL" evaluate "$run/model.safetensors" days.csv --format json >"$run.json"
done
python3 - <<'EOT'
import json
score = lambda run: json.load(open(run + ".json"))["metrics"]["r2"]
assert score("parts") > 0.8 > score("days") + 0.2, (score("parts"), score("days"))
EOT

printf 'day\n2024-02-29\nNA\n2023-12-31T23:59\n1968-12-31\n' >more.csv
"$MDL" predict parts/model.safetensors more.csv --only >predictions.csv
"$MDL" export parts/model.safetensors --format pytorch >parts.py
if "${MDL_PYTHON:-python3}" -c 'import torch' 2>/dev/null; then
  "${MDL_PYTHON:-python3}" parts.py parts/model.safetensors more.csv >printed.csv
  paste -d, predictions.csv printed.csv | awk -F, 'NR > 1 && ($1 - $2 > 1e-3 || $2 - $1 > 1e-3) { exit 1 }'
fi
# ONNX takes days.
"$MDL" export parts/model.safetensors --output parts.onnx
printf 'day\n19782\nNA\n19722.9993\n-366\n-25567\n2932896\n' >numbers.csv
printf 'day\n2024-02-29\nNA\n2023-12-31T23:58:59.52\n1968-12-31\n1900-01-01\n9999-12-31\n' >dates.csv
"$MDL" predict parts/model.safetensors dates.csv --only >predictions.csv
"${MDL_PYTHON:-python3}" "$ROOT/tests/cli/check_onnx.py" parts.onnx numbers.csv predictions.csv
