#!/usr/bin/env bash
# A target far from zero keeps the digits that tell its rows apart.
. "$ROOT/tests/cli/lib.sh"

for offset in 1700000000 -1700000000 4000000; do
  awk -v offset="$offset" 'BEGIN { srand(1); print "x,y"; for (i = 0; i < 300; ++i) { x = rand(); printf "%.4f,%.3f\n", x, offset + 30 * x + 0.3 * rand() } }' >table.csv
  "$MDL" train table.csv --target y --output run --force --quiet --set model.preset=plain --set train.epochs=60 >training
  "$MDL" evaluate run/model.safetensors table.csv --intervals none --fail-under r2=0.95 >report
  [ "$("$MDL" predict run/model.safetensors table.csv --only | sort -u | wc -l)" -ge 250 ]
done

# Where floats hold all there is, floats are printed.
awk 'BEGIN { print "x,y"; for (i = 0; i < 300; ++i) printf "%d,%d\n", i % 50, 1000 + 7 * (i % 50) }' >near.csv
"$MDL" train near.csv --target y --output near --quiet --set model.preset=plain --set train.epochs=3 >training
if "$MDL" predict near/model.safetensors near.csv --only | grep -E '[0-9.]{12}'; then exit 1; fi
