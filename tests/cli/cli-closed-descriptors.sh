#!/usr/bin/env bash
# Standard streams that are closed at the start stay closed: no file that is opened later takes their number.
. "$ROOT/tests/cli/lib.sh"

train_small
# A message does not end up in a file that is written, nor an answer in one that is read.
code=0
sed '3s/^[0-9]*/old/' table.csv >wrong.csv
"$MDL" predict run/model.safetensors wrong.csv --output scored.csv <&- >&- 2>&- || code=$?
[ "$code" -eq 1 ] && [ ! -e scored.csv ]
"$MDL" predict run/model.safetensors table.csv --output scored.csv <&- >&- 2>&-
cmp scored.csv <("$MDL" predict run/model.safetensors table.csv)
code=0
"$MDL" predict run/model.safetensors <&- >out 2>err || code=$?
[ "$code" -eq 1 ]
expect_text err <<'EOT'
mdl: standard input: cannot be read: Bad file descriptor
EOT
code=0
"$MDL" train table.csv --target status --output other "${TINY[@]}" <&- >&- 2>&- || code=$?
[ "$code" -eq 1 ]   # the scores had nowhere to go,
cmp other/model.safetensors run/model.safetensors   # the model had
