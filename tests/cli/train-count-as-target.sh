#!/usr/bin/env bash
# A target of few whole numbers makes classes, and says how numbers are predicted.
. "$ROOT/tests/cli/lib.sh"

small_table | awk -F, -v OFS=, 'NR == 1 { print $0, "visits"; next } { print $0, NR % 6 }' >table.csv
train() { "$MDL" train table.csv --target visits --output run --force --set model.preset=plain --set train.epochs=2 "$@" >training 2>err; }
train
grep -q "^target 'visits': multiclass, .*; to predict them as numbers, set data.task: regression$" err
train --set data.task=regression
grep -q "^target 'visits': regression, mean [0-9.]*, standard deviation [0-9.]*$" err
