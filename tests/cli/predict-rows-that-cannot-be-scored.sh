#!/usr/bin/env bash
# Rows that cannot be scored end the run, are left out, or stay without an answer; the rejects hold why.
. "$ROOT/tests/cli/lib.sh"

train_small
model=run/model.safetensors
printf 'age,income,home\n30,100,own\nabc,"1",own\n1,2\n30,1e300,own\n41,5900,"ren\nt"\n' >new.csv
printf 'age,income,home\n30,100,own\n41,5900,"ren\nt"\n' >good.csv
"$MDL" predict $model good.csv >scored.csv

expect_exit 1 "$MDL" predict $model new.csv
expect_text err <<'EOT'
mdl: new.csv:3: column 'age': 'abc' is not a number
EOT
head -n 2 scored.csv | cmp - out

expect_exit 1 "$MDL" predict $model new.csv --on-error skip --rejects rejects.csv
cmp out scored.csv
expect_text err <<'EOT'
home: 1 of 3 cells is a category that training did not see
mdl: 3 of 5 rows could not be scored; the first: new.csv:3: column 'age': 'abc' is not a number
EOT
expect_text rejects.csv <<'EOT'
file,line,reason,row
new.csv,3,column 'age': 'abc' is not a number,"abc,""1"",own"
new.csv,4,"2 fields, the header has 3","1,2"
new.csv,5,the network's output for this row is not finite; a number in it is far too large,"30,1e300,own"
EOT

expect_exit 1 "$MDL" predict $model new.csv --on-error blank
{ head -n 2 scored.csv; printf 'abc,"1",own,,,\n,,,,,\n30,1e300,own,,,\n'; tail -n 2 scored.csv; } | cmp - out
"$MDL" predict $model new.csv --on-error blank --only --allow-rejects 3 2>err >only.csv
[ "$(sed -n 3,5p only.csv)" = ",,
,,
,," ]
[ "$(wc -l <only.csv)" -eq 6 ]

# The good rows and the rejects are written before the program leaves with 1.
expect_exit 1 "$MDL" predict $model new.csv --on-error skip --output kept.csv --rejects rejects.csv --allow-rejects 2
cmp kept.csv scored.csv
"$MDL" predict $model new.csv --on-error skip --allow-rejects 60% 2>err | cmp - scored.csv
expect_exit 1 "$MDL" predict $model new.csv --on-error skip --allow-rejects 59%
"$MDL" predict $model good.csv --on-error skip --rejects none.csv | cmp - scored.csv
expect_text none.csv <<'EOT'
file,line,reason,row
EOT

# What the reader cannot read on behind ends the run in every case; the rejects so far are kept.
printf 'age,income,home\nabc,1,own\n30,100,own\n30,"100"x,own\n30,100,own\n' >broken.csv
expect_exit 1 "$MDL" predict $model broken.csv --on-error skip --rejects rejects.csv
expect_text err <<'EOT'
mdl: broken.csv:4: text after a closing quote in field 2
EOT
[ "$(wc -l <out)" -eq 2 ]
expect_text rejects.csv <<'EOT'
file,line,reason,row
broken.csv,2,column 'age': 'abc' is not a number,"abc,1,own"
EOT

# Of a regression alone a blank answer is a row, too.
"$MDL" train table.csv --target income --set data.task=regression --output number "${TINY[@]}" >/dev/null
sed '3s/^[0-9]*,/x,/' table.csv >slip.csv
expect_exit 1 "$MDL" predict number/model.safetensors slip.csv --only --on-error blank
[ "$(sed -n 3p out)" = '""' ]
python3 -c 'import csv; assert len([row for row in csv.reader(open("out")) if row]) == 61'
