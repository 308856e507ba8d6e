#!/usr/bin/env bash
# An exported model holds what predict computes: as checked by ONNX and computed by onnxruntime, where Python ($MDL_PYTHON) has them.
. "$ROOT/tests/cli/lib.sh"

compare() {
  "$MDL" predict "$1/model.safetensors" "$2" --only >predictions.csv
  "$MDL" export "$1/model.safetensors" --output "$1.onnx"
  "${MDL_PYTHON:-python3}" "$ROOT/tests/cli/check_onnx.py" "$1.onnx" "$2" predictions.csv
}

# Some cells missing, some never seen in training, some with spaces around.
awk -F, -v OFS=, 'NR > 1 {
  if (NR % 7 == 0) $2 = "castle"
  if (NR % 11 == 0) $2 = " NA "
  if (NR % 13 == 0) $1 = ""
  if (NR % 17 == 0) $9 = "NaN"
  if (NR % 19 == 0) $7 = ""
  if (NR % 23 == 0) $12 = 1e30
  if (NR > 800) exit
} 1' "$ROOT/data/credit.csv" >credit.csv

# The default preset, both ways round, and the plain one.
"$MDL" train "$ROOT/data/credit.csv" --target Status --output binary --quiet --set train.epochs=3 --set train.threshold=f1 >training
compare binary credit.csv
"$MDL" train "$ROOT/data/credit.csv" --target Status --output bad --quiet --set train.epochs=2 --set data.positive=bad --set model.members=1 \
  --set model.preset=plain >training
compare bad credit.csv
# Several classes; columns of a table.
"$MDL" train "$ROOT/data/credit.csv" --target Job --output classes --quiet --set train.epochs=2 --set model.one_hot_categories=2 \
  --set model.activation=gelu --set model.normalization=layer >training
compare classes credit.csv
# A number, standardised or clipped; no numbers among the columns.
"$MDL" train "$ROOT/data/credit.csv" --target Price --output number --quiet --set train.epochs=2 >training
grep -v 1e30 credit.csv >small.csv
compare number small.csv
"$MDL" train "$ROOT/data/credit.csv" --target Price --output plain --quiet --set train.epochs=2 --set model.preset=plain --set model.activation=tanh >training
compare plain small.csv
"$MDL" train "$ROOT/data/credit.csv" --target Status --output words --quiet --set train.epochs=2 \
  --set 'data.ignore=[Seniority,Time,Age,Expenses,Income,Assets,Debt,Amount,Price]' --set model.activation=silu >training
compare words small.csv

# Numbers that are codes, which have a table as well.
awk 'BEGIN { print "code,y"; for (i = 0; i < 900; ++i) printf "%s,%d\n", i % 31 == 30 ? "" : i % 30 * 1.5, i % 30 * 7 % 11 * 10 + i % 3 }' >codes.csv
"$MDL" train codes.csv --target y --output codes --set train.epochs=2 >training 2>told
grep -q "with a value embedding: 'code' (30)" told
compare codes codes.csv
