#!/usr/bin/env bash
# mdl threshold gives a trained model another threshold, and changes nothing else of it.
. "$ROOT/tests/cli/lib.sh"

train_small
cp run/model.safetensors before.safetensors
awk -F , -v OFS=, 'NR == 1 || NR % 2' table.csv >rows.csv
"$MDL" predict before.safetensors rows.csv >scored.csv

# By each rule it is what train.threshold would choose; the scores are those of mdl evaluate at it.
for rule in '--best f1' '--best balanced_accuracy' '--recall 0.9' '--precision 0.8' '--cost false_positive=1,false_negative=5'; do
  # shellcheck disable=SC2086
  "$MDL" threshold before.safetensors rows.csv $rule --output after.safetensors >told
  "$MDL" inspect after.safetensors --format json >after.json
  "$MDL" evaluate after.safetensors rows.csv --format json >evaluated.json
  RULE=$rule python3 - <<'EOT'
import csv, json, os
model, rule, report = json.load(open("after.json")), os.environ["RULE"], json.load(open("evaluated.json"))
rows = [(float(row["p_good"]), row["status"] == "good") for row in csv.DictReader(open("scored.csv"))]
def merit(threshold):
    hits = sum(good for p, good in rows if p >= threshold)
    false = sum(not good for p, good in rows if p >= threshold)
    good = sum(good for _, good in rows)
    bad = len(rows) - good
    return {"--best f1": 2 * hits / (good + hits + false),
            "--best balanced_accuracy": hits / good - false / bad,
            "--recall 0.9": threshold if hits / good >= 0.9 else -1,
            "--precision 0.8": -threshold if hits / (hits + false) >= 0.8 else -2,
            "--cost false_positive=1,false_negative=5": -(false + 5 * (good - hits))}[rule]
assert merit(model["threshold"]) >= max(merit(p) for p, _ in rows) - 1e-12, (rule, model["threshold"])
told = open("told").read().splitlines()
assert told[0].startswith(f"threshold {model['threshold']}, was 0.5: "), told
assert told[0].endswith(" on rows.csv, 30 rows"), told
for line in told[2:7]:
    name, before, after = line.split()
    assert after == f"{report['metrics'][name]:.4f}", (rule, line, report["metrics"])
change, = model["changes"]
assert change.startswith(f"threshold was 0.5, is {model['threshold']}: ") and f"on 30 rows with SHA-256 {report['data_sha256']}" in change, change
assert set(model["validation"]) == {"roc_auc", "average_precision", "log_loss", "brier", "ece"}, model["validation"]
EOT
done
"$MDL" inspect after.safetensors | grep -q '^threshold .*, chosen by {cost: {false_positive: 1,'
"$MDL" inspect after.safetensors --format card | grep -q 'chosen by .* on other rows after training'
"$MDL" predict after.safetensors rows.csv | cut -d , -f 6- >after.probabilities
cut -d , -f 6- scored.csv | cmp - after.probabilities

# In place; back at its old threshold the model predicts what it did.
cp run/model.safetensors copy.safetensors
"$MDL" threshold copy.safetensors --value 0.3 >told
expect_text told <<'EOT'
threshold 0.3, was 0.5
EOT
"$MDL" predict copy.safetensors table.csv | cmp - <("$MDL" predict run/model.safetensors table.csv --threshold 0.3)
"$MDL" threshold copy.safetensors rows.csv --value 0.5 | head -1 >told
expect_text told <<'EOT'
threshold 0.5, was 0.3: on rows.csv, 30 rows
EOT
"$MDL" predict copy.safetensors table.csv | cmp - <("$MDL" predict run/model.safetensors table.csv)

# A serving model; rows from a pipe, spelled otherwise, with weights.
"$MDL" export run/model.safetensors --serving --output serving.safetensors
tr , ';' <rows.csv | awk '{ print $0 (NR == 1 ? ";w" : ";2") }' | "$MDL" threshold serving.safetensors - --best f1 --weight w --delimiter ';' --output heavy.safetensors >told
"$MDL" threshold before.safetensors rows.csv --best f1 --output light.safetensors | sed 's/on rows.csv/on standard input/' | cmp - told
"$MDL" predict heavy.safetensors table.csv | cmp - <("$MDL" predict light.safetensors table.csv)

# A signature of what was there is removed, or made anew; the run's record is of the model as it was trained.
signing_keys
"$MDL" sign run/model.safetensors --key private.pem
"$MDL" threshold run/model.safetensors rows.csv --best f1 --trust public.pem --signing-key private.pem >out 2>err
expect_text err <<'EOT'
mdl: run/run.json: records the model as it was trained, so that mdl verify finds it changed
EOT
"$MDL" verify run/model.safetensors --key public.pem >out
"$MDL" threshold run/model.safetensors --value 0.4 >out 2>err
expect_text err <<'EOT'
mdl: run/model.safetensors.sig: is removed, as it was not of this model; mdl sign makes a new one
mdl: run/run.json: records the model as it was trained, so that mdl verify finds it changed
EOT
[ ! -e run/model.safetensors.sig ]
expect_exit 1 "$MDL" threshold run/model.safetensors --value 0.4 --trust public.pem

# An encrypted model stays so.
"$MDL" keygen --output key.txt >key.pub 2>err
"$MDL" encrypt before.safetensors --recipients-file key.pub --output secret.safetensors.age
expect_exit 1 "$MDL" threshold secret.safetensors.age --value 0.4 --identity key.txt
expect_text err <<'EOT'
mdl: secret.safetensors.age: is named as if it were encrypted; say for whom with --recipient age1..., or name it otherwise
EOT
expect_exit 1 "$MDL" threshold secret.safetensors.age --value 0.4 --identity key.txt --output open.safetensors
[ ! -e open.safetensors ]
"$MDL" threshold secret.safetensors.age --value 0.4 --identity key.txt --recipients-file key.pub >out
[ "$(head -c 3 secret.safetensors.age)" = age ]
"$MDL" inspect secret.safetensors.age --identity key.txt | grep -q '^threshold  *0.4$'

# What cannot be is refused, and nothing is written.
cp before.safetensors kept.safetensors
refused() {
  local code=$1
  shift
  expect_exit "$code" "$MDL" threshold before.safetensors "$@"
  cmp before.safetensors kept.safetensors
  cat err >>refusals
}
refused 2 rows.csv
refused 2 --best f1
refused 2 rows.csv --best f1 --recall 0.8
refused 2 rows.csv --best roc_auc
refused 2 rows.csv --recall 1.5
refused 2 rows.csv --cost false_positive=1
refused 2 --value 2
refused 2 rows.csv --best f1 --output -
refused 2 rows.csv --best f1 --output rows.csv
awk -F , 'NR == 1 || $4 == "good"' rows.csv >good.csv
refused 1 good.csv --best f1
expect_text refusals <<'EOT'
mdl threshold: say how the threshold is chosen: --best f1, --best balanced_accuracy, --recall R, --precision P, --cost COSTS or --value P
mdl threshold: give DATA, the labelled rows on which the threshold is chosen
mdl threshold: --best and --recall exclude each other
mdl threshold: --best: roc_auc not in {f1,balanced_accuracy}; see mdl threshold --help
mdl threshold: --recall '1.5': expected a number above 0 and at most 1
mdl threshold: --cost 'false_positive=1': expected false_positive=N,false_negative=N, each above 0
mdl threshold: --value '2': expected a number from 0 to 1
mdl threshold: standard output is for the scores; name a file with --output
mdl threshold: --output 'rows.csv': is also an input, 'rows.csv', and would be overwritten
mdl: good.csv: all its rows are of one class; a threshold is chosen on rows of both
EOT
awk 'BEGIN { print "age,income,home,status"; for (i = 0; i < 40; ++i) printf "30,3000,own,%s\n", i % 2 ? "good" : "bad" }' >noise.csv
expect_exit 1 "$MDL" threshold before.safetensors noise.csv --precision 0.9
grep -qx 'mdl: noise.csv: no threshold has a precision of 0.9 on these rows; the highest, 0.5000, is taken; --value .* takes it' err
"$MDL" train table.csv --target age --output ages "${TINY[@]}" >out
expect_exit 2 "$MDL" threshold ages/model.safetensors table.csv --best f1
expect_text err <<'EOT'
mdl threshold: a threshold is for two classes; the model's task is regression
EOT
