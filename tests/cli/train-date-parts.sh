#!/usr/bin/env bash
# A date's season and weekday are inputs: a target that goes by them is learnt, exported and told.
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
train days --set model.date_parts=false
train parts
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

# Hours, of dates and of times of day.
python3 - >hours.csv <<'EOF'
import datetime
print("when,clock,y")
for i in range(1500):
    when = datetime.datetime(2022, 3, 7) + datetime.timedelta(minutes=i * 367)
    print(f"{when:%Y-%m-%d %H:%M},{i * 7 % 24}:{i % 60:02},{5 * (when.hour < 6 or when.hour == 23) + 3 * (i * 7 % 24 < 12)}")
EOF
"$MDL" train hours.csv --target y --output hours --quiet --set train.epochs=20 --set model.members=1 --set data.task=regression >training
"$MDL" inspect hours/model.safetensors >inspected
grep -q '  when   date  .*, season, weekday and hour' inspected
grep -q '  clock  time  .*, hour' inspected
"$MDL" evaluate hours/model.safetensors hours.csv --format json | python3 -c 'import json, sys; assert json.load(sys.stdin)["metrics"]["r2"] > 0.8'
printf 'when,clock\n2024-02-29 23:30,0:15\nNA,24:00\n2023-12-31T05:59:59,NA\n2024-05-31 12:00,117:30\n' >more.csv
"$MDL" predict hours/model.safetensors more.csv --only >predictions.csv
"$MDL" export hours/model.safetensors --format pytorch >hours.py
if "${MDL_PYTHON:-python3}" -c 'import torch' 2>/dev/null; then
  "${MDL_PYTHON:-python3}" hours.py hours/model.safetensors more.csv >printed.csv
  paste -d, predictions.csv printed.csv | awk -F, 'NR > 1 && ($1 - $2 > 1e-3 || $2 - $1 > 1e-3) { exit 1 }'
fi
"$MDL" export hours/model.safetensors --output hours.onnx
printf 'when,clock\n19782.979166666668,0.25\nNA,24\n19722.249988425927,NA\n19874.5,117.5\n' >numbers.csv
"${MDL_PYTHON:-python3}" "$ROOT/tests/cli/check_onnx.py" hours.onnx numbers.csv predictions.csv
