#!/usr/bin/env bash
# An input column named like a new one is refused, unless the new ones are printed alone.
. "$ROOT/tests/cli/lib.sh"

train_small
printf 'age,income,home,prediction\n30,100,own,x\n' >new.csv
expect_exit 1 "$MDL" predict run/model.safetensors new.csv
expect_text err <<'EOT'
mdl: new.csv: already has a column 'prediction', which the predictions need; rename it, or print only the new columns with --only
EOT
"$MDL" predict run/model.safetensors new.csv --only >out
