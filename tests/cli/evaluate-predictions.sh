#!/usr/bin/env bash
# --predictions scores the predictions of any model, and --baseline takes a table of them, joined by order or by --id.
. "$ROOT/tests/cli/lib.sh"

train_small
"$MDL" predict run/model.safetensors table.csv >scored.csv

# As a model's own report, but for what only the model knows.
same_scores() {  # A.json B.json
  for report in "$@"; do
    python3 -c '
import json, sys
report = json.load(open(sys.argv[1]))
print(json.dumps({key: report[key] for key in ("task", "rows", "metrics", "intervals", "confusion_matrix", "worst_rows", "slices", "calibration") if key in report}))
' "$report" >"$report.scores"
  done
  cmp "$1.scores" "$2.scores"
}
"$MDL" evaluate run/model.safetensors table.csv --slice home --format json >model.json
"$MDL" evaluate --predictions scored.csv --target status --slice home --format json >own.json
same_scores model.json own.json
sed '1s/prediction,p_bad,p_good/was,bad prob,good prob/' scored.csv >named.csv
"$MDL" evaluate --predictions - --target status --probabilities '* prob' --slice home --format json <named.csv >pattern.json
same_scores model.json pattern.json
"$MDL" evaluate --predictions named.csv --target status --probability 'good prob' --positive good --slice home --format json >one.json
python3 -c '
import json
model, one = (json.load(open(name))["metrics"] for name in ("model.json", "one.json"))
assert model.keys() == one.keys() and all(abs(model[name] - one[name]) < 1e-7 for name in model), (model, one)'

# Numbers, with a decimal comma where it is told.
printf 'y;p\n1;1,5\n2;2\n4;3,5\n' >numbers.csv
"$MDL" evaluate --predictions numbers.csv --target y --value p --decimal , --format json >numbers.json
python3 -c '
import json
metrics = json.load(open("numbers.json"))["metrics"]
assert abs(metrics["mae"] - 1 / 3) < 1e-12 and abs(metrics["rmse"] - (0.5 / 3) ** 0.5) < 1e-12, metrics'

# Gates, and baselines: one model against the other, rows in their order or by their ids.
expect_exit 3 "$MDL" evaluate --predictions scored.csv --target status --fail-under accuracy=0.9999
awk -F, -v OFS=, '{ print NR == 1 ? "id" : "r" NR, $0 }' scored.csv >ids.csv
{ head -n 1 ids.csv; tail -n +2 ids.csv | tac; } >turned.csv
for baseline in run/model.safetensors scored.csv own.json; do
  expect_exit 0 "$MDL" evaluate --predictions scored.csv --target status --baseline $baseline --max-drop roc_auc=0
done
expect_exit 0 "$MDL" evaluate run/model.safetensors ids.csv --baseline turned.csv --id id --max-drop log_loss=0
grep -q 'Both models were scored on the same rows' out
expect_exit 1 "$MDL" evaluate run/model.safetensors ids.csv --baseline turned.csv
expect_text err <<'EOT'
mdl: ids.csv:6: turned.csv has another target in its row 5; --id joins rows by a column
EOT
head -n 31 scored.csv >half.csv
expect_exit 1 "$MDL" evaluate run/model.safetensors table.csv --baseline half.csv
expect_text err <<'EOT'
mdl: half.csv: has 30 rows only, fewer than table.csv; --id joins rows by a column
EOT
expect_exit 1 "$MDL" evaluate run/model.safetensors half.csv --baseline scored.csv
expect_text err <<'EOT'
mdl: scored.csv: has 60 rows, half.csv has 30 rows; --id joins rows by a column
EOT
sed 's/^r7,/r8,/' ids.csv >twice.csv
expect_exit 1 "$MDL" evaluate run/model.safetensors ids.csv --baseline twice.csv --id id
expect_text err <<'EOT'
mdl: twice.csv:8: column 'id', by which rows are joined: 'r8' is there twice
EOT
sed 's/^r7,/r99,/' ids.csv >lost.csv
expect_exit 1 "$MDL" evaluate run/model.safetensors ids.csv --baseline lost.csv --id id
expect_text err <<'EOT'
mdl: ids.csv:7: lost.csv has no row with id 'r7'
EOT
# Rows without a target keep their place.
awk -F, -v OFS=, 'NR == 4 { $4 = "" } { print }' scored.csv >unlabelled.csv
expect_exit 0 "$MDL" evaluate --predictions unlabelled.csv --target status --skip-unlabelled --baseline unlabelled.csv --max-drop f1=0

# Quantiles are read where the model has them; an encrypted model is none the less a model.
awk 'BEGIN { print "x,y"; for (i = 0; i < 80; ++i) printf "%d,%d\n", i * 37 % 80, i * 37 % 80 + i % 7 }' >q.csv
"$MDL" train q.csv --target y --output quantiles "${TINY[@]}" --set train.loss=quantile >/dev/null
"$MDL" predict quantiles/model.safetensors q.csv >quantiles.csv
expect_exit 0 "$MDL" evaluate quantiles/model.safetensors q.csv --baseline quantiles.csv --max-drop pinball=0
expect_exit 0 "$MDL" evaluate --predictions quantiles.csv --target y --baseline quantiles/model.safetensors --max-drop pinball=0
cut -d, -f1-3 quantiles.csv >middle.csv
expect_exit 1 "$MDL" evaluate quantiles/model.safetensors q.csv --baseline middle.csv --max-drop pinball=0
grep -q "^mdl: middle.csv: has no column 'quantile_0.1', a predicted quantile" err
"$MDL" keygen --output key.txt >key.pub 2>/dev/null
"$MDL" encrypt quantiles/model.safetensors --recipient "$(cat key.pub)" --output hidden.age
expect_exit 0 "$MDL" evaluate quantiles/model.safetensors q.csv --baseline hidden.age --identity key.txt --max-drop pinball=0
expect_exit 0 "$MDL" evaluate quantiles/model.safetensors q.csv --baseline <(cat quantiles/model.safetensors) --max-drop pinball=0

# A rounded probability decides as the prediction beside it says.
"$MDL" predict run/model.safetensors table.csv --round 1 >rounded.csv
"$MDL" evaluate --predictions rounded.csv --target status --format json >rounded.json
python3 -c '
import json
one, other = (json.load(open(name))["metrics"]["accuracy"] for name in ("model.json", "rounded.json"))
assert one == other, (one, other)'

# What does not fit.
printf 'status,p\nyes,0.9\nyes,0.2\n' >one.csv
expect_exit 1 "$MDL" evaluate --predictions one.csv --target status --probability p
expect_text err <<'EOT'
mdl: one.csv: no row's 'status' is '1', the positive class; --positive names another one
EOT
expect_exit 1 "$MDL" evaluate run/model.safetensors scored.csv --baseline scored.csv --probability p_bad
expect_text err <<'EOT'
mdl: scored.csv: column 'p_bad' may be of 'bad', and the model's positive class is 'good'; say which with --positive
EOT
expect_exit 1 "$MDL" evaluate --predictions named.csv --target status
expect_text err <<'EOT'
mdl: named.csv: has no column 'prediction', as mdl predict writes it; name those of the predictions with --value, --probability or --probabilities
EOT
expect_exit 1 "$MDL" evaluate --predictions named.csv --target status --probability 'good prob'
expect_text err <<'EOT'
mdl: named.csv:3: column 'status': 'good' is a third class beside '1', the positive one, and 'bad'; --positive names another one, --probabilities 'p_*' a column for each class
EOT
expect_exit 1 "$MDL" evaluate --predictions scored.csv --target status --probability age --positive bad
grep -q "scored.csv:2: column 'age', a probability: expected a number from 0 to 1, found 20" err
expect_exit 1 "$MDL" evaluate --predictions scored.csv --target status --threshold 0.25
grep -q 'which is not by a threshold of 0.25; give --threshold' err
awk -F, -v OFS=, 'NR == 3 { $6 = 0.3; $7 = 0.3 } { print }' scored.csv >sums.csv
expect_exit 1 "$MDL" evaluate --predictions sums.csv --target status
expect_text err <<'EOT'
mdl: sums.csv:3: the probabilities of the classes sum to 0.6; expected 1
EOT
awk -F, -v OFS=, 'NR == 3 { $7 = "" } { print }' scored.csv >empty.csv
expect_exit 1 "$MDL" evaluate --predictions empty.csv --target status
grep -q "empty.csv:3: column 'p_good', a prediction: expected a number, found ''" err
for flags in "run/model.safetensors --predictions scored.csv --target status" "--predictions scored.csv" "run/model.safetensors" \
  "run/model.safetensors table.csv --probability p" "run/model.safetensors table.csv --id age" \
  "--predictions scored.csv --target status --probabilities p_" "--predictions scored.csv --target status --drift" "--predictions scored.csv --target status --value age --probability p_bad"; do
  # shellcheck disable=SC2086
  expect_exit 2 "$MDL" evaluate $flags
done
