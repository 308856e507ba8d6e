#!/usr/bin/env bash
# Tabs and semicolons part fields as commas do, and what comes out has them too.
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
expect_exit 1 "$MDL" predict $model <table.tsv
expect_text err <<'EOT'
mdl: standard input:1: the header is one column, 'age\tincome\thome\tstatus'; did you mean --delimiter tab?
EOT
expect_exit 1 "$MDL" predict $model semicolons.csv
expect_text err <<'EOT'
mdl: semicolons.csv:1: the header is one column, 'age;income;home;status'; did you mean --delimiter ';'?
EOT
