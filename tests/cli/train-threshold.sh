#!/usr/bin/env bash
# train.threshold chooses the threshold on the validation rows: no other probability there is better by the rule.
. "$ROOT/tests/cli/lib.sh"

small_table >table.csv
small_table >validation.csv
for rule in f1 balanced_accuracy '{recall: 0.9}' '{precision: 0.9}' '{cost: {false_positive: 1, false_negative: 5}}'; do
  "$MDL" train table.csv --target status --output run --force "${TINY[@]}" --set data.validation=validation.csv --set "train.threshold=$rule" >training
  "$MDL" inspect run/model.safetensors --format json >model.json
  "$MDL" predict run/model.safetensors validation.csv >scored.csv
  RULE=$rule python3 - <<'EOT'
import csv, json, os
model, rule = json.load(open("model.json")), os.environ["RULE"]
rows = [(float(row["p_good"]), row["status"] == "good") for row in csv.DictReader(open("scored.csv"))]
def merit(threshold):
    hits = sum(good for p, good in rows if p >= threshold)
    false = sum(not good for p, good in rows if p >= threshold)
    good = sum(good for _, good in rows)
    bad = len(rows) - good
    if rule == "f1":
        return 2 * hits / (good + hits + false)
    if rule == "balanced_accuracy":
        return hits / good - false / bad
    if "recall" in rule:
        return threshold if hits / good >= 0.9 else -1
    if "precision" in rule:
        return -threshold if hits / (hits + false) >= 0.9 else -2
    return -(false + 5 * (good - hits))
assert model["threshold_rule"] == rule, model["threshold_rule"]
best = max(merit(p) for p, _ in rows)
assert merit(model["threshold"]) >= best - 1e-12, (model["threshold"], best)
EOT
done
"$MDL" inspect run/model.safetensors | grep -q '^threshold .*, chosen by {cost: {false_positive: 1,'

expect_exit 1 "$MDL" train table.csv --target age --output ages "${TINY[@]}" --set train.threshold=f1
expect_text err <<'EOT'
mdl: train.threshold is for two classes; column 'age' makes this a regression
EOT
expect_exit 1 "$MDL" train table.csv --target status --output other "${TINY[@]}" --set 'train.threshold={cost: {false_positive: 1}}'
expect_text err <<'EOT'
mdl: --set train.threshold={cost: {false_positive: 1}}: expected a number from 0 to 1, f1, balanced_accuracy, {recall: N}, {precision: N}, or {cost: {false_positive: N, false_negative: N}}, found a map of 1 keys as cost
EOT

# A precision that cannot be had costs no training: the highest is taken, and told.
awk 'BEGIN { print "x,status"; for (i = 0; i < 80; ++i) printf "%d,%s\n", i % 2, i % 4 < 2 ? "no" : "yes" }' >noise.csv
"$MDL" train noise.csv --target status --output noise "${TINY[@]}" --set 'train.threshold={precision: 0.95}' >out 2>err
grep -qx 'train.threshold: no threshold has a precision of 0.95 on these rows; the highest, 0\.[0-9]*, is taken' err
