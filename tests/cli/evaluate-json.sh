#!/usr/bin/env bash
# The JSON report has the keys that the contract names.
. "$ROOT/tests/cli/lib.sh"

train_small
"$MDL" evaluate run/model.safetensors table.csv --format json >report.json
python3 - <<'EOT'
import json
report = json.load(open("report.json"))
for key in "model data rows task metrics classes positive confusion_matrix baseline intervals versions".split(): assert key in report, key
assert report["rows"] == 60 and report["task"] == "binary" and report["positive"] == "good", report
assert [c["label"] for c in report["classes"]] == ["bad", "good"] == report["confusion_matrix"]["labels"]
assert sum(c["support"] for c in report["classes"]) == sum(map(sum, report["confusion_matrix"]["counts"])) == 60
assert 0 <= report["metrics"]["roc_auc"] <= 1
assert report["intervals"].keys() == report["metrics"].keys(), report["intervals"]
assert report["intervals"]["accuracy"]["low"] < report["metrics"]["accuracy"] <= report["intervals"]["accuracy"]["high"], report
EOT

# The word that used to ask for the intervals still does.
expect_exit 0 "$MDL" evaluate run/model.safetensors table.csv --format json --intervals bootstrap
expect_text out <report.json
expect_text err <<<"--intervals bootstrap is deprecated: nothing is resampled; use --intervals all"
