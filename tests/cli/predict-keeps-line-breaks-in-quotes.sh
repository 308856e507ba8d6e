#!/usr/bin/env bash
# A line break inside quotes is part of its field.
. "$ROOT/tests/cli/lib.sh"

train_small
printf 'age,income,home,note\n30,100,own,"two\nlines"\n' >new.csv
"$MDL" predict run/model.safetensors new.csv >scored.csv
head -n 2 scored.csv >start
expect_text start <<'EOT'
age,income,home,note,prediction,p_bad,p_good
30,100,own,"two
EOT
tail -n 1 scored.csv | grep -qE '^lines",(good|bad),0\.[0-9]+(e-[0-9]+)?,0\.[0-9]+(e-[0-9]+)?$'
