#!/usr/bin/env bash
# A reader that goes away ends the run quietly.
. "$ROOT/tests/cli/lib.sh"

train_small
awk 'NR == 1 { print } NR > 1 { for (i = 0; i < 4000; ++i) print }' table.csv >long.csv
"$MDL" predict run/model.safetensors long.csv 2>err | head -n 1 >out
expect_text err </dev/null
expect_text out <<'EOT'
age,income,home,status,prediction,p_bad,p_good
EOT
