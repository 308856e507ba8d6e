#!/usr/bin/env bash
# What does not become a feature, and which rows count for nothing, is said at the start.
. "$ROOT/tests/cli/lib.sh"

small_table | awk -F, -v OFS=, 'NR == 1 { print "n", $0, "patient", "w", "same", "none"; next } { print NR, $0, "p" NR % 12, NR % 5 ? 1 : 0, "a", "" }' |
  sed '7s/good\|bad//' >table.csv
"$MDL" train table.csv --target status --output run --set data.split='{group: patient}' --set data.weight=w --set model.preset=plain --set train.epochs=2 >out 2>err
grep -qx "no features: 'patient' (data.split keeps its groups together) and 'w' (data.weight)" err
grep -qx '12 rows of weight 0 count for nothing' err
grep -qx "column 'n' numbers the rows, which tells nothing of new ones, and is left out; to learn from it, set data.types: {.*n.*: numeric}" err
grep -qx "ignored, empty or constant in the training rows: columns 'same' and 'none'\|ignored, empty or constant in the training rows: columns 'none' and 'same'" err
grep -qx '1 row without a target is ignored' err
