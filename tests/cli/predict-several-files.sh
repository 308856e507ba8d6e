#!/usr/bin/env bash
# Several files make one table; their columns may stand in another order, but must be the same.
. "$ROOT/tests/cli/lib.sh"

train_small
model=run/model.safetensors
{ head -n 1 table.csv; sed -n 2,11p table.csv; } >a.csv
{ head -n 1 table.csv; sed -n 12,21p table.csv; } | awk -F , '{ print $3 "," $4 "," $1 "," $2 }' >b.csv
{ head -n 1 table.csv; sed -n 22,61p table.csv; } | tr ',' '\t' | gzip >c.tsv.gz
"$MDL" predict $model table.csv >whole.csv
"$MDL" predict $model a.csv b.csv c.tsv.gz | cmp - whole.csv
"$MDL" predict $model a.csv - c.tsv.gz <b.csv | cmp - whole.csv

cut -d , -f 1-3 table.csv >narrow.csv
expect_exit 1 "$MDL" predict $model a.csv narrow.csv
expect_text err <<'EOT'
mdl: narrow.csv: has no column 'status', which a.csv has
EOT
expect_exit 1 "$MDL" predict $model narrow.csv a.csv
expect_text err <<'EOT'
mdl: a.csv: has a column 'status', which narrow.csv does not have
EOT
"$MDL" predict $model narrow.csv a.csv --columns age >chosen.csv
[ "$(wc -l <chosen.csv)" -eq 71 ]
"$MDL" predict $model narrow.csv a.csv --only >only.csv
[ "$(wc -l <only.csv)" -eq 71 ]

# A file that is not there is named before the first one is read.
expect_exit 1 "$MDL" predict $model a.csv nowhere.csv
expect_text err <<'EOT'
mdl: nowhere.csv: cannot be opened: No such file or directory
EOT
expect_text out </dev/null

# A line is counted in its own file.
printf 'age,income,home,status\n1,2,own,\nx,2,own,\n' >bad.csv
expect_exit 1 "$MDL" predict $model a.csv bad.csv
expect_text err <<'EOT'
mdl: bad.csv:3: column 'age': 'x' is not a number
EOT
[ "$(wc -l <out)" -eq 12 ]
