#!/usr/bin/env bash
# A column that alone gives the target away is named at the start, and at the end beside the model's score; others are not, nor identifiers.
. "$ROOT/tests/cli/lib.sh"

awk 'BEGIN {
  print "age,income,id,closed,churn"
  for (i = 0; i < 600; ++i) {
    income = i * 37 % 401; gone = income + i * 211 % 307 < 250
    printf "%d,%d,u%d,%s,%s\n", 20 + i * 13 % 59, income, i * 7919 % 10007, gone ? "2024-03-" 10 + i % 20 : "", gone ? "yes" : "no"
  }
}' >table.csv
train() { "$MDL" train table.csv --target churn --output run --force "${TINY[@]}" "$@" >out 2>err; }
train
grep -q "^column 'closed' alone predicts the target: roc_auc 1.0000 on a sample of rows, the next best column, 'income', 0\.[5-9][0-9]*; if it is known only with the answer, set data.ignore: \[\"*closed\"*\]$" err
grep -q "^roc_auc: the model [01]\.[0-9]*, column 'closed' alone 1.0000, the next best column 0\.[0-9]*; does 'closed' hold the answer?$" err
train --set 'data.ignore=[closed]'
if grep alone err; then exit 1; fi

# A regression's, in another unit; the rows' own identifiers are none.
awk 'BEGIN { print "size,gross,net"; for (i = 0; i < 600; ++i) { net = 100 + i * 389 % 601; printf "%d,%.2f,%d\n", net / 2 + i * 97 % 211, net * 1.19, net } }' >table.csv
"$MDL" train table.csv --target net --output run2 "${TINY[@]}" >out 2>err
grep -q "^column 'gross' alone predicts the target: r2 1.0000 on a sample of rows, the next best column, 'size', 0\.[0-9]*; " err
