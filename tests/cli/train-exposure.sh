#!/usr/bin/env bash
# data.exposure: predictions are proportional to it, as with an offset in a generalized linear model.
. "$ROOT/tests/cli/lib.sh"

awk 'BEGIN {
  srand(3)
  print "x,years,claims"
  for (i = 0; i < 500; ++i) {
    x = i * 37 % 200; years = 0.25 * (1 + i % 8); mean = years * exp(x / 100); count = 0; p = exp(-mean); sum = p; u = rand()
    while (u > sum && count < 90) { count++; p *= mean / count; sum += p }
    printf "%d,%.2f,%d\n", x, years, count
  }
}' >claims.csv
EXPOSED=(--force --set model.preset=plain --set "model.hidden=[8]" --set train.epochs=40 --set train.learning_rate=0.01 --set train.loss=poisson
  --set data.exposure=years)
"$MDL" train claims.csv --target claims --output run "${EXPOSED[@]}" >out 2>err
grep -q "no features: 'years' (data.exposure)" err
grep -q "1 feature" err
grep -q "; the mean is per unit of .years.$" err
printf 'x,years\n50,1\n50,3\n' >two.csv
"$MDL" predict run/model.safetensors two.csv --only >rates
awk 'NR == 2 { a = $1 } NR == 3 { exit !($1 / a > 2.99999 && $1 / a < 3.00001) }' rates
"$MDL" predict run/model.safetensors claims.csv | awk -F , 'NR > 1 { y += $3; p += $4 } END { exit !(p > 0.9 * y && p < 1.1 * y) }'
"$MDL" evaluate run/model.safetensors claims.csv | grep -q '^The baseline is always .* times the exposure\.'
"$MDL" evaluate run/model.safetensors claims.csv --fail-under poisson_deviance=2 >out

# The reasons are of the logarithm; the exposure is in it, and no reason.
"$MDL" predict run/model.safetensors two.csv --explain --only >why
awk -F , 'NR == 1 { exit !($2 == "raw_output" && $4 == "contribution_x" && NF == 5) }
  NR > 1 { d = log($1) - $2; e = $3 + $4 - $2; if (d > 1e-5 || d < -1e-5 || e > 1e-12 || e < -1e-12) exit 1 }' why

# Threads, rows at once and a serving model change nothing.
"$MDL" predict run/model.safetensors claims.csv >predicted
"$MDL" export run/model.safetensors --serving --output serving.safetensors
"$MDL" predict serving.safetensors claims.csv --threads 2 | cmp - predicted
sed -n '1p;300p' claims.csv | "$MDL" predict run/model.safetensors | tail -n 1 | grep -qxF "$(sed -n 300p predicted)"
"$MDL" inspect run/model.safetensors | grep -q '^exposure  *years$'

# Without it, or with one that is none, a line says so.
expect_exit 1 "$MDL" predict run/model.safetensors <<<$'x\n1'
expect_text err <<'EOT'
mdl: standard input: the model needs column 'years' (the exposure), which is not there; the file has x
EOT
expect_exit 1 "$MDL" predict run/model.safetensors <<<$'x,years\n1,0'
expect_text err <<'EOT'
mdl: standard input:2: column 'years': '0' is not an exposure, a number above 0
EOT
expect_exit 0 "$MDL" predict run/model.safetensors --on-error blank --allow-rejects 1 <<<$'x,years\n1,\n1,1'
[ "$(sed -n 2p out)" = 1,, ]
sed '4s/,[^,]*,/,,/' claims.csv >missing.csv
expect_exit 1 "$MDL" train missing.csv --target claims --quiet --output bad "${EXPOSED[@]}"
expect_text err <<'EOT'
mdl: missing.csv: row 3: column 'years', the exposure: expected a number above 0, found nothing
EOT
expect_exit 1 "$MDL" train claims.csv --target claims --output bad "${TINY[@]}" --set data.exposure=years
expect_text err <<'EOT'
mdl: data.exposure needs train.loss: poisson, gamma or tweedie; it is auto
EOT
for format in onnx pytorch; do
  expect_exit 1 "$MDL" export run/model.safetensors --format $format --output exported
  grep -q 'its predictions grow with an exposure (data.exposure)' err
done
