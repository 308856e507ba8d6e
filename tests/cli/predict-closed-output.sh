#!/usr/bin/env bash
# Without standard output there is an error; a file as the output does not need it.
. "$ROOT/tests/cli/lib.sh"

train_small
code=0
"$MDL" predict run/model.safetensors table.csv 2>err >&- || code=$?
[ "$code" -eq 1 ]
expect_text err <<'EOT'
mdl: standard output: cannot be written: Bad file descriptor
EOT
"$MDL" predict run/model.safetensors table.csv >scored.csv
"$MDL" predict run/model.safetensors --output again.csv <table.csv >&-
cmp again.csv scored.csv
mkfifo pipe
"$MDL" predict run/model.safetensors table.csv --output pipe &
cmp pipe scored.csv
wait $!
[ -p pipe ]
