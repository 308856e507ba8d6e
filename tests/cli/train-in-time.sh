#!/usr/bin/env bash
# data.split with folds validates forward in time: each fold by networks of the rows before it, of which the model keeps the last ones.
. "$ROOT/tests/cli/lib.sh"

awk 'BEGIN {
  print "day,customer,x,status"
  for (i = 0; i < 120; ++i) {
    j = i * 37 % 120
    printf "2024-%02d-%02d,c%d,%d,%s\n", 1 + int(j / 30), 1 + j % 28, j % 60, j * 13 % 50, j * 13 % 50 < 20 + j / 10 ? "bad" : "good"
  }
}' >table.csv
train() { "$MDL" train table.csv --target status --set model.preset=plain --set train.epochs=4 --set train.calibration=temperature "$@"; }
train --output run --set 'data.split={time: day, folds: 3, gap: 10d}' >out 2>err
grep -q '^3 folds forward in time: each validates networks that are trained on the rows before it, and the model is those of the last: [0-9]* training rows, [0-9]* validation rows, [0-9]* rows of the gap or of groups that validate$' err
grep -q '^3 networks' err
"$MDL" inspect run/model.safetensors --format json >model.json
python3 - <<'EOT'
import csv, json, re
rows = sorted(csv.DictReader(open("table.csv")), key=lambda row: row["day"])
lines = open("out").read().split("Scores by fold\n")[1].splitlines()
folds = [re.split("  +", line) for line in lines[1:4]]
days = [re.match(r"(\S+) to (\S+)", fold[0]).groups() for fold in folds]
from datetime import date
day = lambda text: date.fromisoformat(text)
for (first, last), fold in zip(days, folds):
    before = [row for row in rows if (day(first) - day(row["day"])).days > 10]
    block = [row for row in rows if first <= row["day"] <= last]
    assert int(fold[1]) == len(before) and int(fold[2]) == len(block), (fold, len(before), len(block))
model = json.load(open("model.json"))
assert model["training_rows"] == int(folds[2][1]), model
assert model["validation_rows"] == sum(int(fold[2]) for fold in folds)
assert days[2][1] == rows[-1]["day"]
with open("last.csv", "w") as file:
    writer = csv.DictWriter(file, rows[0].keys())
    writer.writeheader()
    writer.writerows(row for row in rows if row["day"] >= days[2][0])
json.dump(folds[2], open("fold.json", "w"))
EOT
"$MDL" evaluate run/model.safetensors last.csv --format json >evaluated.json
python3 - <<'EOT'
import json
fold, report = json.load(open("fold.json")), json.load(open("evaluated.json"))
names = ("accuracy", "precision", "recall", "f1")
assert fold[3:] == [f"{report['metrics'][name]:.4f}" for name in names], (fold, report["metrics"])
EOT
grep -q '<h2>Scores by fold</h2>' run/report.html
grep -q '3 folds forward in time' run/report.html

# The same bytes whatever the threads, and from where it was interrupted.
train --output again --threads 2 --set 'data.split={time: day, folds: 3, gap: 10d}' --quiet >out
cmp run/model.safetensors again/model.safetensors
train --output halves --set 'data.split={time: day, folds: 3, gap: 10d}' --quiet --set train.max_minutes=0.000001 >out
train --output halves --resume --allow-changes --set 'data.split={time: day, folds: 3, gap: 10d}' --quiet >out
"$MDL" predict run/model.safetensors table.csv | cmp - <("$MDL" predict halves/model.safetensors table.csv)

# Groups beside time; a gap before the one block; folds that are not in time.
train --output both --set 'data.split={group: customer, time: day, folds: 3}' >out 2>err
grep -q 'rows of the gap or of groups that validate$' err
train --output gap --set 'data.split={time: day, gap: 2w}' >out 2>err
grep -q '^[0-9]* training rows, [0-9]* validation rows, [0-9]* rows of the gap or of groups that validate$' err
train --output folds --set train.folds=3 --set model.members=3 >out 2>err
grep -A 1 '^Scores by fold' out | grep -q '^fold  trained on  rows  accuracy'
grep -A 2 '^Scores by fold' out | grep -q '^1             80    40  '
if grep -q ' unused\|of the gap' err; then exit 1; fi

refused() {
  expect_exit 1 "$MDL" train table.csv --target status --output other "${TINY[@]}" --set "$@"
  cat err >>refusals
}
refused 'data.split={time: day, folds: 3, gap: 40d}'
refused 'data.split={time: day, folds: 3, gap: 40}'
refused 'data.split={time: day, folds: 64}' --set model.members=64
refused 'data.split={time: day, folds: 3}' --set train.folds=5 --set model.members=15
refused 'data.split={time: day, folds: 3}' --set data.validation=0.2
refused 'data.split={time: day, folds: 3}' --set model.members=4
refused 'data.split={group: day, folds: 3}'
expect_text refusals <<'EOT'
mdl: column 'day': no row is left to train on before 2024-02-01, less the gap of data.split
mdl: column 'day': holds dates; the gap of data.split needs a unit, as in 40h, 40d or 40w
mdl: column 'day': its rows have too few different times for 64 folds of data.split
mdl: train.folds and data.split.time exclude each other; the latest rows would train networks for earlier ones: data.split: {time: day, folds: 5} has folds forward in time
mdl: folds of data.split and data.validation exclude each other; the folds say which rows validate
mdl: model.members: 4 networks cannot be divided among folds of data.split: 3; expected a multiple
mdl: --set data.split={group: day, folds: 3}: expected {group: column}, {time: column}, both, with time also folds: N and gap: 30d, or null, found no time beside 'folds'
EOT
awk -F , -v OFS=, 'NR == 5 { $1 = "" } { print }' table.csv >gaps.csv
expect_exit 1 "$MDL" train gaps.csv --target status --output other "${TINY[@]}" --set 'data.split={time: day, folds: 3}'
expect_text err <<'EOT'
mdl: column 'day': no time in 1 of its rows; data.split.time needs one in every row
EOT
