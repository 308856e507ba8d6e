#!/usr/bin/env bash
# --columns keeps some fields as they stand, --round shortens numbers, --top names the most likely classes.
. "$ROOT/tests/cli/lib.sh"

train_small
model=run/model.safetensors
printf 'id,age,income,home,"a,b"\n007,30,100,own,"x ""y"""\n 8 ,"41",5900,"rent",5" disk\n' >new.csv
"$MDL" predict $model new.csv --only >only.csv
"$MDL" predict $model new.csv --columns home,id >out
paste -d , <(printf 'home,id\nown,007\n"rent", 8 \n') only.csv | cmp - out
"$MDL" predict $model new.csv --columns "age" --columns id >out
paste -d , <(printf 'age,id\n30,007\n"41", 8 \n') only.csv | cmp - out
expect_exit 1 "$MDL" predict $model new.csv --columns homes
expect_text err <<'EOT'
mdl: new.csv: has no column 'homes', which --columns names; did you mean 'home'?
EOT

# A new column's name may be taken where that column is not kept.
printf 'id,age,income,home,prediction\n1,30,100,own,x\n' >taken.csv
"$MDL" predict $model taken.csv --columns id >out
expect_exit 1 "$MDL" predict $model taken.csv --columns id,prediction

"$MDL" predict $model new.csv --only --round 3 >rounded.csv
awk -F , 'NR > 1 { printf "%s,%s,%s\n", $1, sprintf("%.3f", $2) + 0, sprintf("%.3f", $3) + 0; next } { print }' only.csv | cmp - rounded.csv
"$MDL" predict $model new.csv --only --top 2 >top.csv
awk -F , 'NR == 1 { print "prediction,top_1,p_top_1,top_2,p_top_2"; next }
  { if ($2 >= $3) print $1 ",bad," $2 ",good," $3; else print $1 ",good," $3 ",bad," $2 }' only.csv | cmp - top.csv
