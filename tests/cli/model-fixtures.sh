#!/usr/bin/env bash
# Model files of earlier versions load and answer as they did then (tests/fixtures/README.md), up to what another processor rounds otherwise.
. "$ROOT/tests/cli/lib.sh"

tried=0
for model in "$ROOT"/tests/fixtures/*/*.safetensors; do
  stem=${model%.safetensors}
  "$MDL" predict "$model" "$stem.csv" --only >answers.csv
  python3 - "$stem.predictions.csv" answers.csv <<'EOT'
import csv, sys
wanted, got = (list(csv.reader(open(name, newline=""))) for name in sys.argv[1:])
assert wanted[0] == got[0] and len(wanted) == len(got) > 1, (sys.argv[1], wanted[0], got[0], len(wanted), len(got))
for row, (want, have) in enumerate(zip(wanted[1:], got[1:]), 2):
    for a, b in zip(want, have):
        number = a.replace(".", "").replace("-", "").replace("e", "").isdigit()
        assert a == b or number and abs(float(a) - float(b)) <= 2e-5 * abs(float(a)) + 1e-9, (sys.argv[1], row, a, b)
EOT
  "$MDL" inspect "$model" --format json >described.json
  "$MDL" inspect "$model" >described
  tried=$((tried + 1))
done
[ "$tried" -ge 8 ]
"$MDL" inspect "$ROOT/tests/fixtures/format-1/tested.safetensors" | grep -q '^test$'
