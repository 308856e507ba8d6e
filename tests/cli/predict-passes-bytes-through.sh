#!/usr/bin/env bash
# Every input field comes out as it came in: quotes, empty fields, line ends; --only prints the rest.
. "$ROOT/tests/cli/lib.sh"

train_small
printf 'id,age,income,home,note\r\n007,30,100,own,"a, ""b"""\r\n 8 ,"41",5900,"rent",\r\n' >new.csv
"$MDL" predict run/model.safetensors new.csv --only >only.csv
"$MDL" predict run/model.safetensors new.csv >scored.csv
head -n 1 only.csv >header
printf 'prediction,p_bad,p_good\r\n' | cmp - header
paste -d , <(tr -d '\r' <new.csv) only.csv | cmp - scored.csv
