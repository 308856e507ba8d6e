#!/usr/bin/env bash
# A target that may be meant otherwise is told, or refused, with what to set and what it costs, before anything is spent.
. "$ROOT/tests/cli/lib.sh"

# table EXPRESSION: 2,100 rows whose target is awk's EXPRESSION of the row i.
table() { awk 'BEGIN { print "x,y"; for (i = 0; i < 2100; ++i) print i * 37 % 101 "," '"$1"' }' >table.csv; }
told() { expect_exit 0 "$MDL" config check --set data.train=table.csv --set data.target=y "$@"; }
line() { "$MDL" train table.csv --target y --output run --dry-run --set model.preset=plain 2>&1 >out | grep '^target'; }
refused() { expect_exit 1 "$MDL" train table.csv --target y --output run && [ ! -e run ]; }

table 'i % 37'
line | grep -q ': regression, .*; it has 37 different whole numbers: to predict them as classes, set data.task: multiclass$'
table 'i % 37 "€"'
line | grep -q ": regression, mean 1[78].*; each a number with the unit '€'$"
table '"2024-01-" 10 + i % 15'
line | grep -q ': multiclass, .*; its texts are dates, each of them a class$'
table '7000 + i'
line | grep -q ': regression, .*; it numbers the rows: is this the right column?$'
table '"n" i % 150'
line | grep -q ': multiclass, .*; that is 150 outputs of each network$'

table '"n" i % 1050'
refused
grep -q "has 1,050 different texts in 2,100 rows, such as 'n0'; data.task: multiclass makes classes of them, at the cost of 1,050 outputs of each" err
told --set data.task=multiclass
table 'sprintf("2000-%02d-%02d", 1 + i % 12, 1 + i % 28)'
refused
grep -q 'which look like dates, such as .2000-01-01.; dates are no numbers to predict; data.task: multiclass makes classes of them' err
awk 'BEGIN { print "x,y"; for (i = 0; i < 1300; ++i) printf "%d,2%03d-%02d-10\n", i * 37 % 101, i / 12, 1 + i % 12 }' >table.csv
refused
grep -q 'holds dates, which are no numbers to predict; write the days since a day into the column, or make classes of them with data.types: {"y": categorical}' err
