#!/usr/bin/env bash
# A target of many numbers makes a regression, scored by r2.
. "$ROOT/tests/cli/lib.sh"

awk 'BEGIN { print "x,y"; for (i = 0; i < 300; ++i) printf "%d,%.1f\n", i, 3 * i + 10.5 }' >line.csv
"$MDL" train line.csv --target y --output run "${TINY[@]}" --set train.epochs=100 --set train.learning_rate=0.01 >out
"$MDL" evaluate run/model.safetensors line.csv --fail-under r2=0.9 >out
"$MDL" predict run/model.safetensors line.csv --only | head -n 1 >header
expect_text header <<'EOT'
prediction
EOT
