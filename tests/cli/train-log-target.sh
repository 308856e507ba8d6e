#!/usr/bin/env bash
# data.target_transform: log learns logarithms; predictions come back as means, or with mae as medians.
. "$ROOT/tests/cli/lib.sh"

# A log-normal around exp(x / 40) with standard deviation 1: the mean is e^0.5 = 1.65 medians.
awk 'BEGIN {
  srand(4)
  print "x,y"
  for (i = 0; i < 1500; ++i) { x = i * 37 % 200; printf "%d,%.5f\n", x, exp(x / 40 + sqrt(-2 * log(1 - rand())) * cos(6.283185 * rand())) }
}' >y.csv
LOG=(--quiet --force --set model.preset=plain --set "model.hidden=[8]" --set train.epochs=30 --set train.learning_rate=0.01
  --set data.target_transform=log)
"$MDL" train y.csv --target y --output run "${LOG[@]}" >out
"$MDL" inspect run/model.safetensors --format json | python3 -c '
import json, sys
model = json.load(sys.stdin)
assert 1.4 < model["smearing"] < 1.95, model["smearing"]
assert model["target_transform"] == "log"'
"$MDL" predict run/model.safetensors y.csv >predicted
awk -F , 'NR > 1 { y += $2; p += $3; above += $2 > $3 } END { exit !(p > 0.85 * y && p < 1.15 * y && above < 560) }' predicted
"$MDL" train y.csv --target y --output median "${LOG[@]}" --set train.loss=mae >out
"$MDL" predict median/model.safetensors y.csv | awk -F , 'NR > 1 { above += $2 > $3 } END { exit !(above > 690 && above < 810) }'
if "$MDL" inspect median/model.safetensors | grep smearing; then exit 1; fi
"$MDL" predict run/model.safetensors y.csv --explain --only | awk -F , 'NR > 1 { d = log($1) - $2; if (d > 1e-4 || d < -1e-4) exit 1 }'

printf 'x,y\n1,2\n2,0\n3,4\n' >zero.csv
expect_exit 1 "$MDL" train zero.csv --target y --output bad "${TINY[@]}" --set data.target_transform=log
expect_text err <<'EOT'
mdl: zero.csv: row 2: column 'y', the target: expected a number above 0, as data.target_transform: log needs, found 0
EOT
expect_exit 1 "$MDL" train y.csv --target y --output bad "${TINY[@]}" --set data.target_transform=log --set train.loss=gamma
expect_text err <<'EOT'
mdl: data.target_transform: log does not go with train.loss: gamma, which learns the logarithm of the mean; omit one
EOT
