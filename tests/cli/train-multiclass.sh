#!/usr/bin/env bash
# A target of three texts makes a multiclass model with a probability for each.
. "$ROOT/tests/cli/lib.sh"

awk 'BEGIN { print "x,size"; for (i = 0; i < 90; ++i) printf "%d,%s\n", i, i < 30 ? "small" : i < 60 ? "medium" : "large" }' >sizes.csv
"$MDL" train sizes.csv --target size --output run "${TINY[@]}" --set train.epochs=100 --set train.learning_rate=0.01 >out
"$MDL" evaluate run/model.safetensors sizes.csv --fail-under accuracy=0.6 >out
"$MDL" predict run/model.safetensors sizes.csv | head -n 1 >header
expect_text header <<'EOT'
x,size,prediction,p_large,p_medium,p_small
EOT
