#!/usr/bin/env bash
# train.loss: each loss learns, predicts what it should, and has its own score; what does not fit is told.
. "$ROOT/tests/cli/lib.sh"

# Counts around exp(x / 100), amounts of the same mean.
awk 'BEGIN {
  srand(1)
  print "x,count,amount"
  for (i = 0; i < 400; ++i) {
    x = i * 37 % 200; mean = exp(x / 100); count = 0; p = exp(-mean); sum = p; u = rand()
    while (u > sum && count < 50) { count++; p *= mean / count; sum += p }
    printf "%d,%d,%.4f\n", x, count, -mean * log(1 - rand()) + 0.001
  }
}' >counts.csv
TRAIN=(--quiet --set model.preset=plain --set "model.hidden=[8]" --set train.epochs=40 --set train.learning_rate=0.01 --force)
train() { "$MDL" train counts.csv --target "$1" --output run --set "data.ignore=[$2]" --set "train.loss=$3" "${TRAIN[@]}" "${@:4}"; }

for loss in poisson tweedie; do
  train count amount $loss >out
  grep -q "^${loss}_deviance  " out
  "$MDL" evaluate run/model.safetensors counts.csv --fail-under ${loss}_deviance=1.5 >out
  grep -q "PASSED\|passed\|pass" out
  # As many in sum as there are, to a few percent: the mean, whatever the loss.
  "$MDL" predict run/model.safetensors counts.csv | awk -F , 'NR > 1 { y += $2; p += $4; if ($4 <= 0) exit 1 } END { exit !(p > 0.9 * y && p < 1.1 * y) }'
done
train amount count gamma >out
grep -q '^gamma_deviance  ' out
train amount count mae >out
grep -q '^mae  ' out
"$MDL" predict run/model.safetensors counts.csv | awk -F , 'NR > 1 { above += $3 > $4 } END { exit !(above > 160 && above < 240) }'  # the median
train amount count huber --set train.huber_delta=0.5 >out
grep -q '^mae  ' out
"$MDL" inspect run/model.safetensors | grep -q 'median .*; loss huber'

# A count of few values is a number to such a loss, not a class.
awk -F , -v OFS=, 'NR == 1 || $2 < 5' counts.csv >few.csv
"$MDL" train few.csv --target count --output few "${TRAIN[@]/--quiet/--dry-run}" --set train.loss=poisson 2>err >out
grep -q "^target 'count': regression, mean .*; loss poisson$" err

# What does not fit is one line.
refused() { expect_exit 1 "$MDL" train "$1" --output bad "${TINY[@]}" "${@:3}"; printf 'mdl: %s\n' "$2" | diff - err; }
small_table >table.csv
refused table.csv "table.csv: target column 'status': 'bad' is not a number, as a regression needs" --target status --set train.loss=mae
refused table.csv 'train.loss: mae is for numbers; data.task says binary' --target status --set train.loss=mae --set data.task=binary
sed '3s/,[0-9]*,/,-1,/' counts.csv >negative.csv
refused negative.csv "negative.csv: row 2: column 'count', the target: expected a number of at least 0, as train.loss: poisson needs, found -1" \
  --target count --set train.loss=poisson
grep -q ',0,' counts.csv
expect_exit 1 "$MDL" train counts.csv --target count --output bad "${TINY[@]}" --set train.loss=gamma
grep -q "expected a number above 0, as train.loss: gamma needs, found 0" err
refused counts.csv 'train.metric: pinball is a score of train.loss: quantile; the loss here is poisson' --target count --set train.loss=poisson \
  --set train.metric=pinball
refused counts.csv 'train.tweedie_power is for train.loss: tweedie; it is auto' --target count --set train.tweedie_power=1.2
expect_exit 2 "$MDL" evaluate run/model.safetensors counts.csv --fail-under poisson_deviance=1
grep -q 'poisson_deviance is a score of train.loss: poisson; the loss here is huber' err
"$MDL" train counts.csv --target count --output run "${TRAIN[@]}" --set train.loss=poisson >out
expect_exit 1 "$MDL" evaluate run/model.safetensors negative.csv
expect_text err <<'EOT'
mdl: negative.csv:3: column 'count': '-1' is not a number of at least 0, as train.loss: poisson needs
EOT
