#!/usr/bin/env bash
# predict --explain adds each column's contribution: the Shapley values that all mixtures with the reference row give, which sum exactly.
. "$ROOT/tests/cli/lib.sh"

head -n 301 "$ROOT/data/credit.csv" >credit.csv
head -n 301 "$ROOT/data/clothing.csv" | cut -d, -f 2-5,7 >clothing.csv  # four features
train() {  # NAME TABLE TARGET FLAG...
  "$MDL" train "$2" --target "$3" --output "$1" --quiet --set train.epochs=4 --set 'model.hidden=[16]' "${@:4}" >training
  "$MDL" inspect "$1/model.safetensors" --format json >"$1.json"
}
train few clothing.csv recommended
train binary credit.csv Status --set data.positive=bad
train classes credit.csv Job
train number credit.csv Price

cat >check.py <<'EOT'
import csv, json, math, subprocess, sys
run, mdl = sys.argv[1:]
model = json.load(open(run + ".json"))
features = [feature["name"] for feature in model["features"]]
reference = ["" if feature["reference"] is None else str(feature["reference"]) for feature in model["features"]]
rows = list(csv.DictReader(open(run + ".csv")))
added = ["raw_output", "raw_reference"] + [f"{kind}_{name}" for name in features for kind in ("contribution", "standard_error")]
assert list(rows[0])[-len(added):] == added, list(rows[0])

# They sum to the last bit, in any order.
for row in rows:
    values = [float(row["contribution_" + name]) for name in features]
    for order in (1, -1):
        total = float(row["raw_reference"])
        for value in values[::order]: total += value
        assert total == float(row["raw_output"]), row

def raw(answer, row):  # as far as the printed answer tells it
    if model["task"] == "regression": return float(answer["prediction"])
    k = model["positive"] if model["task"] == "binary" else row["prediction"]
    p = float(answer["p_" + k])
    return math.log(p / (1 - p))

n = len(features)
weights = [math.factorial(s) * math.factorial(n - 1 - s) / math.factorial(n) for s in range(n)]
for at in (0, 123):
    row = rows[at]
    with open("mixtures.csv", "w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(features)
        for mask in range(2 ** n):
            writer.writerow([row[name] if mask >> i & 1 else reference[i] for i, name in enumerate(features)])
    printed = subprocess.run([mdl, "predict", run + "/model.safetensors", "mixtures.csv", "--only"], check=True, capture_output=True, text=True).stdout
    worth = [raw(answer, row) for answer in csv.DictReader(printed.splitlines())]
    size = 1e-5 * (max(map(abs, worth)) + 1)
    assert len(worth) == 2 ** n and abs(worth[0] - float(row["raw_reference"])) < size and abs(worth[-1] - float(row["raw_output"])) < size
    for i, name in enumerate(features):
        shapley = sum(weights[bin(mask).count("1")] * (worth[mask | 1 << i] - worth[mask]) for mask in range(2 ** n) if not mask >> i & 1)
        found, error = float(row["contribution_" + name]), float(row["standard_error_" + name])
        assert error == 0 or n > 9, (name, error)
        assert abs(found - shapley) < size + 5 * error, (run, at, name, found, shapley, error)
EOT
for run in few binary classes number; do
  table=credit.csv
  [ $run != few ] || table=clothing.csv
  "$MDL" predict $run/model.safetensors $table >plain.csv
  "$MDL" predict $run/model.safetensors $table --explain >$run.csv
  cut -d, -f "1-$(head -n 1 plain.csv | tr ',' '\n' | wc -l)" $run.csv | cmp - plain.csv
  python3 check.py $run "$MDL"
done

# The reference row itself; a row alone; more orders.
python3 - <<'EOT'
import csv, json
features = json.load(open("binary.json"))["features"]
with open("reference.csv", "w", newline="") as out:
    csv.writer(out).writerows([[f["name"] for f in features], [f["reference"] for f in features]])
EOT
"$MDL" predict binary/model.safetensors reference.csv --only --explain --top 1 --output-format jsonl >out
python3 - <<'EOT'
import json
row = json.loads(open("out").read())
assert row["raw_output"] == row["raw_reference"] != 0 and "top_1" in row and "p_bad" not in row, row
assert len(row) == 3 + 2 + 2 * 13 and all(value == 0 for name, value in row.items() if name.startswith(("contribution", "standard"))), row
EOT
sed -n '1p;77p' credit.csv >alone.csv
"$MDL" predict binary/model.safetensors alone.csv --explain | cmp - <(sed -n '1p;77p' binary.csv)
"$MDL" predict binary/model.safetensors credit.csv --explain --explain-orders 256 --threads 2 >more.csv
python3 - <<'EOT'
import csv
def errors(path): return sum(float(value) for row in csv.DictReader(open(path)) for name, value in row.items() if name.startswith("standard_error"))
fewer, more = errors("binary.csv"), errors("more.csv")
assert 0 < more < 0.6 * fewer, (more, fewer)
EOT

# Beside the other flags.
expect_exit 0 "$MDL" predict few/model.safetensors clothing.csv --columns Age --explain --round 2
head -n 1 out | tr ',' '\n' >names
expect_text names <<'EOT'
Age
prediction
p_0
p_1
raw_output
raw_reference
contribution_Age
standard_error_Age
contribution_Positive_Feedback_Count
standard_error_Positive_Feedback_Count
contribution_Division_Name
standard_error_Division_Name
contribution_Department_Name
standard_error_Department_Name
EOT
printf 'Age,Positive_Feedback_Count,Division_Name,Department_Name\nx,1,General,Tops\n' >bad.csv
expect_exit 1 "$MDL" predict few/model.safetensors bad.csv --only --explain --on-error blank
[ "$(sed -n 2p out)" = ",,,,,,,,,,,," ]
printf 'Age,Positive_Feedback_Count,Division_Name,Department_Name,raw_output\n9,1,General,Tops,7\n' >clash.csv
expect_exit 0 "$MDL" predict few/model.safetensors clash.csv
expect_exit 1 "$MDL" predict few/model.safetensors clash.csv --explain
expect_text err <<'EOT'
mdl: clash.csv: already has a column 'raw_output', which the predictions need; rename it, or print only the new columns with --only
EOT
if "$MDL" predict few/model.safetensors clothing.csv --explain --only --output-format arrow >few.arrows 2>/dev/null; then
  grep -q contribution_Department_Name few.arrows
fi
expect_exit 2 "$MDL" predict few/model.safetensors clothing.csv --explain --device cuda:0
expect_text err <<'EOT'
mdl predict: --explain computes on the CPU; omit --device cuda:0
EOT
expect_exit 2 "$MDL" predict few/model.safetensors clothing.csv --explain-orders 100
expect_exit 2 "$MDL" predict few/model.safetensors clothing.csv --explain --explain-orders 3

# Models without a reference row.
old=$ROOT/tests/fixtures/format-1/binary
expect_exit 1 "$MDL" predict "$old.safetensors" "$old.csv" --explain
expect_text err <<EOT
mdl: $old.safetensors: has no reference row that answers are compared with, since an earlier version of mdl wrote it; train it again
EOT
expect_exit 1 "$MDL" export "$old.safetensors" --serving --explainable --output never
expect_text err <<EOT
mdl: $old.safetensors: cannot be exported: it has no reference row, since an earlier version of mdl wrote it; train it again, or omit --explainable
EOT
"$MDL" export few/model.safetensors --serving --output lean.safetensors
expect_exit 1 "$MDL" predict lean.safetensors clothing.csv --explain
expect_text err <<'EOT'
mdl: lean.safetensors: is a serving model without the reference row that answers are compared with; export it with --explainable
EOT
"$MDL" export few/model.safetensors --serving --explainable --output lean.safetensors
"$MDL" predict lean.safetensors clothing.csv --explain | cmp - few.csv
"$MDL" inspect lean.safetensors | grep -qx '  Department_Name          category [0-9], hashed'
expect_exit 2 "$MDL" export few/model.safetensors --explainable --output never
[ ! -e never ]
