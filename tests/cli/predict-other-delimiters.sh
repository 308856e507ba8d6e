#!/usr/bin/env bash
# Tabs and semicolons separate fields as commas do, and what comes out has them too.
. "$ROOT/tests/cli/lib.sh"

train_small
model=run/model.safetensors
"$MDL" predict $model table.csv >scored.csv
tr ',' '\t' <table.csv >table.tsv
tr ',' ';' <table.csv >semicolons.csv
"$MDL" predict $model table.tsv | tr '\t' ',' | cmp - scored.csv
"$MDL" predict $model --delimiter tab <table.tsv | tr '\t' ',' | cmp - scored.csv
"$MDL" predict $model --input-format tsv <table.tsv | tr '\t' ',' | cmp - scored.csv
"$MDL" predict $model semicolons.csv --delimiter ';' --output scored2.csv
tr ';' ',' <scored2.csv | cmp - scored.csv
"$MDL" predict $model table.tsv --output-format csv | cmp - scored.csv
"$MDL" predict $model table.tsv --output again.csv
cmp again.csv scored.csv
"$MDL" predict $model <table.tsv | tr '\t' ',' | cmp - scored.csv
"$MDL" predict $model semicolons.csv | tr ';' ',' | cmp - scored.csv
{ echo 'sep=;'; cat semicolons.csv; } | "$MDL" predict $model | tr ';' ',' | cmp - scored.csv
expect_exit 1 "$MDL" predict $model semicolons.csv --delimiter ,
expect_text err <<'EOT'
mdl: semicolons.csv: the model needs columns 'age' (is it 'age;income;home;status'?), 'income' and 'home', which are not there; the file has age;income;home;status
EOT
