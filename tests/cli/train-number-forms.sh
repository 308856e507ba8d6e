#!/usr/bin/env bash
# Numbers with units, times of day and local dates are read; where it is not plain how, training says what to set, and every command then reads them.
. "$ROOT/tests/cli/lib.sh"

small_table | awk -F, -v OFS=, '
  NR == 1 { print "price,at,day,share,tax," $0; next }
  { printf "€%d.50,%d:%02d,%02d/%02d/2024,\"%d,%d\",%s,%s\n", NR, NR % 24, NR % 60, 1 + NR % 28, 1 + NR % 12, NR, NR % 10, NR % 5 ? NR % 7 : "?", $0 }' >table.csv
train() { "$MDL" train table.csv --target status --output run --force --set model.preset=plain --set "model.hidden=[4]" --set train.epochs=2 "$@" >training 2>err; }

train
grep -qx "read as numbers: 'price', each a number with the unit '€', 'at', each a time like 9:30, 'day', each a date like 31/12/2024 and 'share', each a number with a decimal comma; data.types: {NAME: categorical} keeps texts" err
grep -qx "taken for missing: '?' in 'tax'; data.types: {NAME: categorical} keeps texts" err
"$MDL" predict run/model.safetensors table.csv >predicted

train --set 'data.types={share: {numeric: {decimal: ","}}}' --set 'data.missing=["", "?"]'
absent 'taken for missing' err
"$MDL" predict run/model.safetensors table.csv | cmp - predicted
"$MDL" evaluate run/model.safetensors table.csv --drift >/dev/null
"$MDL" predict run/model.safetensors table.csv >predicted
sed 's/\(,[^,]*\)\{3\}$//' predicted | diff table.csv -
"$MDL" export run/model.safetensors --output model.onnx
grep -qa 'a number, in €; NaN: missing' model.onnx
"$MDL" inspect run/model.safetensors --format json | grep -q '"unit": "€"'
"$MDL" inspect run/model.safetensors | grep -q 'share .*, of a number with a decimal comma'

head -2 table.csv | sed 's/€3.50/3.50/;s/€2.50/2.50/' >rows.csv
expect_exit 1 "$MDL" predict run/model.safetensors rows.csv
expect_text err <<'EOT'
mdl: rows.csv:2: column 'price': '2.50' is not a number with the unit '€'
EOT

# So is a target, with a word.
expect_exit 0 "$MDL" train table.csv --target share --output other --set model.preset=plain --set train.epochs=2
grep -q "^target 'share': regression, .*; each a number with a decimal comma$" err
"$MDL" evaluate other/model.safetensors table.csv | grep -q regression
sed 's/"2,2"/2.2/' table.csv >wrong.csv
expect_exit 1 "$MDL" evaluate other/model.safetensors wrong.csv
expect_text err <<'EOT'
mdl: wrong.csv:2: column 'share': '2.2' is not a number with a decimal comma
EOT

# A decimal mark that is told says nothing of columns without a cell: one that is empty, or ignored.
awk 'BEGIN { print "a;b;empty;y"; for (i = 0; i < 20; ++i) printf "%d,5;%d;;%s\n", i, i, i < 10 ? "no" : "yes" }' >told.csv
expect_exit 0 "$MDL" train told.csv --target y --decimal , --set 'data.ignore=[b]' --output told "${TINY[@]}"
