#!/usr/bin/env bash
# Columns that number the rows are left out of training, which says so and how they are kept.
. "$ROOT/tests/cli/lib.sh"

# numbered NAME START: the table with a first column NAME, whose numbers run from START.
numbered() { small_table | awk -v OFS=, -v name="$1" -v number="$2" 'NR == 1 { print name, $0; next } { print number++, $0 }'; }
train() { "$MDL" train table.csv --target status --output run --force --set model.preset=plain --set "model.hidden=[4]" --set train.epochs=2 "$@" >training 2>err; }
features() { grep -o '60 rows, [0-9] features' err; }

numbered id 1000 | awk 'NR == 1 { print; next } { print | "sort -R --random-source=/etc/passwd" }' >table.csv
train
grep -qx "column 'id' numbers the rows, which tells nothing of new ones, and is left out; to learn from it, set data.types: {id: numeric}" err
[ "$(features)" = '60 rows, 3 features' ]
"$MDL" init table.csv --target status | grep -q '^#   id .*; it numbers the rows, and is left out unless its type is told$'
train --set 'data.types={id: numeric}'
absent 'numbers the rows' err
[ "$(features)" = '60 rows, 4 features' ]

numbered 'Unnamed: 0' 0 | awk -F, -v OFS=, 'NR == 1 { print "__index_level_0__", $0; next } { print $1 % 9, $0 }' >table.csv
train
grep -qx "columns '__index_level_0__' and 'Unnamed: 0' number the rows, which tells nothing of new ones, and are left out; to learn from them, set data.types: {__index_level_0__: numeric, \"Unnamed: 0\": numeric}" err

numbered id 0 | cut -d , -f 1,5 >table.csv
train
grep -qx "column 'id' numbers the rows, which tells nothing of new ones; with no other column, it is kept" err

# The model needs no such column.
numbered id 0 >table.csv
train
small_table | "$MDL" predict run/model.safetensors | head -1 >header
expect_text header <<'EOT'
age,income,home,status,prediction,p_bad,p_good
EOT
