#!/usr/bin/env bash
# Odd input is answered with every byte kept, or refused with its place; it is never misread.
. "$ROOT/tests/cli/lib.sh"

train_small
model=run/model.safetensors
printf 'age,income,home\n30,100,own\n41,5900,rent\n' >plain.csv
"$MDL" predict $model plain.csv --only >only.csv
same_answers() { "$MDL" predict $model "$@" --only | tr -d '\r' | cmp - only.csv; }
refused() {
  expect_exit 1 "$MDL" predict $model odd.csv
  expect_text err
}

# A byte order mark, CRLF, no line end at the end, empty lines.
{ printf '\xEF\xBB\xBF'; sed 's/$/\r/' plain.csv; } >odd.csv
same_answers odd.csv
"$MDL" predict $model odd.csv >scored.csv
[ "$(head -c 15 scored.csv)" = $'\xEF\xBB\xBFage,income,h' ]
[ "$(grep -c $'\r$' scored.csv)" -eq 3 ]
printf 'age,income,home\n\n30,100,own\n\n41,5900,rent' >odd.csv
same_answers odd.csv

# Bytes that are no UTF-8, and long fields, pass through.
printf 'age,note,income,home\n30,\xff\xfe\x80,100,own\n41,,5900,rent\n' >odd.csv
same_answers odd.csv
"$MDL" predict $model odd.csv | cut -d , -f 1-4 | cmp - odd.csv
awk 'BEGIN { for (i = 0; i < 100000; ++i) long = long "x"; print "age,note,income,home"; print "30,\"" long "\n," long "\",100,own"; print "41,,5900,rent" }' >odd.csv
same_answers odd.csv
awk 'BEGIN { for (i = 0; i < 100000; ++i) long = long "x"; print "age,income,home"; print "30,100," long }' >odd.csv
"$MDL" predict $model odd.csv --only | tail -n 1 | grep -qE '^(good|bad),0'
awk 'BEGIN { for (i = 0; i < 100000; ++i) long = long "9"; print "age,income,home"; print "30," long ",own" }' >odd.csv
expect_exit 1 "$MDL" predict $model odd.csv
[ "$(wc -c <err)" -lt 200 ]

# No input, a column twice, NUL, a lone carriage return, a quote that never closes; UTF-16, with a byte order mark, and other encodings.
expect_exit 1 "$MDL" predict $model </dev/null
expect_text err <<'EOT'
mdl: standard input: is empty; a header line is expected
EOT
printf 'age,income,age,home\n30,100,30,own\n' >odd.csv
refused <<'EOT'
mdl: odd.csv:1: two columns are named 'age'
EOT
printf 'age,income,home\n30,1\0000,own\n' >odd.csv
refused <<'EOT'
mdl: odd.csv:2: a NUL byte in field 2; is this a text file?
EOT
printf 'age,income,home\r30,100,own\r' >odd.csv
refused <<'EOT'
mdl: odd.csv:1: a carriage return in field 3 does not end the line; put the field in quotes, or convert the line ends: tr '\r' '\n'
EOT
printf 'age,income,home\n30,100,own\n30,100,"own\n30,100,own\n' >odd.csv
refused <<'EOT'
mdl: odd.csv:3: a quote is opened here and never closed
EOT
for encoding in UTF-16 UTF-16BE UTF-16LE; do
  { [ $encoding = UTF-16 ] || printf '\xEF\xBB\xBF'; cat plain.csv; } | iconv -f UTF-8 -t $encoding >odd.csv
  same_answers odd.csv
done
printf 'age,income,home\n30,100,caf\xe9\n' >odd.csv
refused <<'EOT'
mdl: odd.csv:2: column 'home': 'caf\xe9' is not UTF-8 text
EOT
"$MDL" predict $model odd.csv --encoding latin1 | grep -q '^30,100,café,'
for number in 1_000 0x10 1e400 inf '1 000' 1,5 ١٢ '30%' '=1+1'; do
  printf 'age;income;home\n30;%s;own\n' "$number" >odd.csv
  expect_exit 1 "$MDL" predict $model odd.csv --delimiter ';'
  grep -q "^mdl: odd.csv:2: column 'income': .* is not a number$" err
done
