#!/usr/bin/env bash
# The printed PyTorch script predicts what predict does, where Python ($MDL_PYTHON) has torch.
. "$ROOT/tests/cli/lib.sh"

python=${MDL_PYTHON:-python3}
has_torch=$("$python" -c 'import torch; print("yes")' 2>/dev/null || true)

compare() {
  "$MDL" export "$1/model.safetensors" --format pytorch >"$1.py"
  "$python" -m py_compile "$1.py"
  if [ "$has_torch" != yes ]; then
    echo "not compared: no torch"
    return
  fi
  "$MDL" predict "$1/model.safetensors" "$2" --only >wanted.csv
  "$python" "$1.py" "$1/model.safetensors" "$2" >printed.csv
  python3 - <<'EOT'
import csv
wanted, printed = (list(csv.reader(open(name, newline=""))) for name in ("wanted.csv", "printed.csv"))
assert wanted[0] == printed[0] and len(wanted) == len(printed) > 1, (wanted[0], printed[0], len(wanted), len(printed))
for want, got in zip(wanted[1:], printed[1:]):
    if len(want) > 1:
        assert want[0] == got[0], (want, got)
    for a, b in zip(want[len(want) > 1:], got[len(want) > 1:]):
        assert abs(float(a) - float(b)) <= 1e-5 * max(1, abs(float(a))), (want, got)
EOT
}

awk -F, -v OFS=, 'NR > 1 {
  if (NR % 7 == 0) $2 = "castle"
  if (NR % 11 == 0) $2 = " NA "
  if (NR % 13 == 0) $1 = ""
  if (NR % 19 == 0) $7 = ""
  if (NR > 300) exit
} 1' "$ROOT/data/credit.csv" >credit.csv

"$MDL" train "$ROOT/data/credit.csv" --target Status --output binary --quiet --set train.epochs=2 >training
compare binary credit.csv
"$MDL" train "$ROOT/data/credit.csv" --target Job --output classes --quiet --set train.epochs=2 --set model.one_hot_categories=2 \
  --set model.normalization=layer --set model.members=1 >training
compare classes credit.csv
"$MDL" train "$ROOT/data/credit.csv" --target Price --output number --quiet --set train.epochs=2 >training
compare number credit.csv
"$MDL" train "$ROOT/data/credit.csv" --target Price --output plain --quiet --set train.epochs=2 --set model.preset=plain >training
compare plain credit.csv

# Numbers that are codes, which have a table as well, and dates.
awk 'BEGIN { print "code,day,y"; for (i = 0; i < 900; ++i) printf "%s,2024-%02d-%02d,%d\n", i % 31 == 30 ? "" : i % 30 * 1.5, 1 + i % 12, 1 + i % 28, i % 30 * 7 % 11 * 10 + i % 3 }' >codes.csv
"$MDL" train codes.csv --target y --output codes --set train.epochs=2 >training 2>told
grep -q "with a value embedding: 'code' (30)" told
printf 'code,day\n44,2024-01-01\n,\n1.50,2024-02-29T06:00:00Z\n' >more.csv
compare codes codes.csv
compare codes more.csv
