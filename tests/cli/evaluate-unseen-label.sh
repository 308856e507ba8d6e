#!/usr/bin/env bash
# A row whose label training never saw counts as wrong; scores of probabilities are of the other rows, gates on them are judged, and
# --fail-on-unknown-labels is the strict form.
. "$ROOT/tests/cli/lib.sh"

train_small
sed '3d' table.csv >known.csv
sed -i '3s/[a-z]*$/late/' table.csv
"$MDL" evaluate run/model.safetensors known.csv --format json >known.json
expect_exit 0 "$MDL" evaluate run/model.safetensors table.csv --format json --fail-under log_loss=30
cp out report.json
python3 - <<'EOT'
import json
report, known = json.load(open("report.json")), json.load(open("known.json"))
assert report["rows"] == 60 and report["unknown_labels"] == ["late"] and report["unknown_label_rows"] == 1
assert abs(report["metrics"]["accuracy"] - known["metrics"]["accuracy"] * 59 / 60) < 1e-12
for name in ["log_loss", "brier", "ece", "roc_auc", "average_precision"]:
    assert report["metrics"][name] == known["metrics"][name], name
assert report["calibration"] == known["calibration"]
assert report["gates"][0]["verdict"] == "pass"
EOT

expect_exit 0 "$MDL" evaluate run/model.safetensors known.csv --fail-on-unknown-labels
expect_exit 3 "$MDL" evaluate run/model.safetensors table.csv --fail-on-unknown-labels --report report.md --report gates.xml
grep -q 'are of the other 59 rows' report.md
grep -q 'rows with unknown labels &lt;= 0' gates.xml
tr '\n' ' ' <out | grep -q "1 row with a label unknown to the model ('late') counts as wrong in accuracy"
grep -q '^gate rows with unknown labels <= 0: 1 of 60 FAILED$' out
