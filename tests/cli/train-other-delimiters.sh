#!/usr/bin/env bash
# Tables of Excel and R are read as those with commas, by every command; the model remembers what was told of them.
. "$ROOT/tests/cli/lib.sh"

small_table >table.csv
"$MDL" train table.csv --target status --output run "${TINY[@]}" >training
"$MDL" predict run/model.safetensors table.csv --only >wanted
same() {
  "$MDL" train "$@" --target status --output other --force "${TINY[@]}" >training
  "$MDL" predict other/model.safetensors "$1" --only --output-format csv | tr -d '\r' | cmp - wanted
  "$MDL" predict other/model.safetensors --only --output-format csv <"$1" | tr -d '\r' | cmp - wanted
  "$MDL" evaluate other/model.safetensors "$1" >/dev/null
  "$MDL" explain other/model.safetensors "$1" --repeats 1 >/dev/null 2>&1
}
sed 's/,/";"/g; s/^/"/; s/$/"\r/' table.csv >semicolons.csv
same semicolons.csv
{ printf 'sep=;\n'; tr , ';' <table.csv; } >named.csv
same named.csv
{ printf '# written by hand\n# on a day\n'; tr , '\t' <table.csv; } >comments.txt
same comments.txt
{ printf '%% made\n'; sed "s/,/'|'/g; s/^/'/; s/$/'/" table.csv; echo '% end'; } >odd.txt
same odd.txt --comment % --quote "'"
iconv -t UTF-16 table.csv >wide.csv
same wide.csv
awk -F, 'NR == 1 { split($0, names, ","); next }
  { printf "{\"%s\": %s, \"%s\": %s, \"%s\": \"%s\", \"%s\": \"%s\"}\n", names[1], $1, names[2], $2, names[3], $3, names[4], $4 }' table.csv >table.jsonl
"$MDL" train table.jsonl --target status --output other --force "${TINY[@]}" >training
"$MDL" predict other/model.safetensors table.csv --only | cmp - wanted

# What is found is told.
"$MDL" train semicolons.csv --target status --output other --force --set model.preset=plain --set train.epochs=1 2>&1 >training |
  grep -qx "semicolons.csv: found ';' between fields"
printf 'price, net;status\n12,5;good\n' >table.csv
expect_exit 1 "$MDL" train table.csv --target status --output none
expect_text err <<'EOT'
mdl: table.csv:1: ',' and ';' may both separate the fields; set data.format.delimiter (--delimiter)
EOT
printf 'Age, status\n1,good\n' >table.csv
expect_exit 1 "$MDL" train table.csv --target status --output none
expect_text err <<'EOT'
mdl: table.csv: has no column 'status', as data.target says; did you mean ' status'?
EOT
