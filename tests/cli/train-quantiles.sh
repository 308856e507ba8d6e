#!/usr/bin/env bash
# Quantile regression: a column a quantile, which never cross, and a report of how many rows lie below each.
. "$ROOT/tests/cli/lib.sh"

awk 'BEGIN { srand(2); print "x,y"; for (i = 0; i < 600; ++i) { x = i * 37 % 200; printf "%d,%.3f\n", x, x + (1 + x / 20) * (rand() - 0.5) * 10 } }' >y.csv
QUANTILE=(--quiet --force --set model.preset=plain --set "model.hidden=[8]" --set train.epochs=60 --set train.learning_rate=0.01
  --set train.loss=quantile)
"$MDL" train y.csv --target y --output run "${QUANTILE[@]}" --set "train.quantiles=[0.05, 0.25, 0.5, 0.95]" >out
grep -q '^pinball  ' out
"$MDL" predict run/model.safetensors y.csv >predicted
head -n 1 predicted >header
expect_text header <<'EOT'
x,y,prediction,quantile_0.05,quantile_0.25,quantile_0.5,quantile_0.95
EOT
awk -F , 'NR > 1 && !($3 == $6 && $4 <= $5 && $5 <= $6 && $6 <= $7) { exit 1 }' predicted
"$MDL" evaluate run/model.safetensors y.csv >out
grep -q '^quantile  rows at or below  pinball$' out
tr '\n' ' ' <out | grep -q '% of the rows lie from the lowest to the highest quantile, 90 % are expected to'

# Scores and coverage are those of what is printed.
"$MDL" evaluate run/model.safetensors y.csv --format json --output report.json
awk -F , '
  NR > 1 { for (k = 4; k <= 7; ++k) { q = k == 4 ? 0.05 : k == 5 ? 0.25 : k == 6 ? 0.5 : 0.95; r = $2 - $k; sum += (r >= 0 ? q * r : (q - 1) * r) / 4 }
    covered += $2 >= $4 && $2 <= $7; ++rows }
  END { printf "%.6f %.6f\n", sum / rows, covered / rows }' predicted >expected
python3 -c 'import json; r = json.load(open("report.json")); print("%.6f %.6f" % (r["metrics"]["pinball"], r["quantiles"]["covered"]))' >found
cmp expected found
for format in markdown html; do "$MDL" evaluate run/model.safetensors y.csv --format $format | grep -q 'rows at or below'; done

# JSON, a serving model, and the reasons: those of the prediction.
awk -F , 'NR > 1 && NR < 4 { printf "{\"x\":%s}\n", $1 }' y.csv | "$MDL" predict run/model.safetensors >predicted.jsonl
grep -q '"prediction":[^,]*,"quantile_0.05":' predicted.jsonl
"$MDL" export run/model.safetensors --serving --output serving.safetensors
"$MDL" predict serving.safetensors y.csv | cmp - predicted
"$MDL" predict run/model.safetensors y.csv --explain --only | awk -F , '
  NR == 1 { exit !($6 == "raw_output") }
  NR > 1 && ($6 - $1 > 0.01 || $1 - $6 > 0.01) { exit 1 }'
expect_exit 1 "$MDL" export run/model.safetensors --output run.onnx
grep -q 'it predicts quantiles, which ONNX is not written for' err

# One quantile is the prediction.
"$MDL" train y.csv --target y --output run "${QUANTILE[@]}" --set "train.quantiles=[0.9]" >out
"$MDL" predict run/model.safetensors y.csv | awk -F , 'NR > 1 { below += $2 <= $3 } END { exit !(below > 480 && below < 590) }'

wrong() {
  expect_exit 1 "$MDL" train y.csv --target y --output bad "${TINY[@]}" --set train.loss=quantile --set "train.quantiles=$1"
  printf 'mdl: --set train.quantiles=%s: expected a list of ascending numbers above 0 and below 1, of which one is the nearest to 0.5, found %s\n' \
    "$1" "$2" | diff - err
}
wrong '[0.9, 0.1]' '[0.9, 0.1], which does not ascend'
wrong '[0.5, 1]' "'1' in the list"
wrong '[0.1, 0.9]' '[0.1, 0.9], of which two are the nearest to 0.5; add 0.5'
wrong '[]' 'an empty list'
