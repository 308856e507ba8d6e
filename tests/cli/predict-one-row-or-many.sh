#!/usr/bin/env bash
# A row gets the same answer alone, in a file, through a pipe and in a compressed file; a compressed output holds the same.
. "$ROOT/tests/cli/lib.sh"

train_small
"$MDL" predict run/model.safetensors table.csv >file
"$MDL" predict run/model.safetensors <table.csv | cmp - file
gzip -c table.csv >table.csv.gz
"$MDL" predict run/model.safetensors table.csv.gz | cmp - file
for name in scored.csv.gz scored.csv.zst; do
  "$MDL" predict run/model.safetensors table.csv --output $name
  "$MDL" predict run/model.safetensors $name --only | cmp - <(cut -d , -f 5- file)
done
gzip -dc scored.csv.gz | cmp - file
head -n 1 file >one_by_one
tail -n +2 table.csv | head -n 5 | while read -r row; do
  printf 'age,income,home,status\n%s\n' "$row" | "$MDL" predict run/model.safetensors | tail -n 1
done >>one_by_one
head -n 6 file | cmp - one_by_one
