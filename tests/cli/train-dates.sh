#!/usr/bin/env bash
# A column of dates is taken as days; every command reads its cells as dates, and what is none is refused.
. "$ROOT/tests/cli/lib.sh"

small_table | awk -F, -v OFS=, 'NR == 1 { print $0, "since"; next } { printf "%s,2024-%02d-%02d\n", $0, 1 + NR % 12, 1 + NR % 28 }' >table.csv
"$MDL" train table.csv --target status --output run --set model.preset=plain --set "model.hidden=[4]" --set train.epochs=3 >training 2>told
grep -q '1 of dates, taken as days: since' told

"$MDL" evaluate run/model.safetensors table.csv --drift >/dev/null
printf 'age,income,home,since\n30,500,own,2024-03-05T12:00\n30,500,own,\n' >rows.csv
"$MDL" predict run/model.safetensors rows.csv >out
printf 'age,income,home,since\n30,500,own,05.03.2024\n' >rows.csv
expect_exit 1 "$MDL" predict run/model.safetensors rows.csv
expect_text err <<'EOT'
mdl: rows.csv:2: column 'since': '05.03.2024' is not a date like 2024-05-31
EOT
"$MDL" inspect run/model.safetensors --format json | grep -q '"dates": true'
"$MDL" init table.csv --target status | grep -q 'since .*dates, 2024-01-.* to 2024-12-.*, taken as days'
expect_exit 1 "$MDL" train table.csv --target since --set 'data.task=regression' --output other "${TINY[@]}"
