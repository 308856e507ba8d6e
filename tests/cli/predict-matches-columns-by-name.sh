#!/usr/bin/env bash
# Columns are found by name, wherever they stand.
. "$ROOT/tests/cli/lib.sh"

train_small
printf 'age,income,home\n30,100,own\n41,5900,rent\n' >new.csv
printf 'home,extra,income,age\nown,x,100,30\nrent,y,5900,41\n' >shuffled.csv
"$MDL" predict run/model.safetensors new.csv --only >one
"$MDL" predict run/model.safetensors shuffled.csv --only >two
cmp one two
[ "$(wc -l <one)" -eq 3 ]
