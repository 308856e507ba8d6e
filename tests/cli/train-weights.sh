#!/usr/bin/env bash
# Rows weigh what their column says, which is no feature; class weights are the same said of a class.
. "$ROOT/tests/cli/lib.sh"

small_table >table.csv
awk -F , -v OFS=, '{ print $0, NR == 1 ? "importance" : $4 == "good" ? 9 : 1 }' table.csv >weighted.csv
train=("$MDL" train --target status "${TINY[@]}" --set train.epochs=40)
"${train[@]}" weighted.csv --set data.weight=importance --output rows >out
"${train[@]}" table.csv --set 'train.class_weights={bad: 1, good: 9}' --output classes >out
"${train[@]}" table.csv --output none >out
for run in rows classes none; do "$MDL" predict $run/model.safetensors table.csv >$run.csv; done
cmp rows.csv classes.csv
good() { grep -c ',good,0' "$1.csv"; }
[ "$(good rows)" -gt "$(good none)" ]

sed '3s/[0-9]*$/-1/' weighted.csv >wrong.csv
expect_exit 1 "${train[@]}" wrong.csv --set data.weight=importance --output wrong
expect_text err <<'EOT'
mdl: wrong.csv:3: column 'importance', the sample weight: expected a number of at least 0, found '-1'
EOT
sed '4s/[0-9]*$/heavy/' weighted.csv >wrong.csv
expect_exit 1 "${train[@]}" wrong.csv --set data.weight=importance --output wrong
expect_text err <<'EOT'
mdl: wrong.csv:4: column 'importance', the sample weight: expected a number of at least 0, found 'heavy'
EOT
sed '5s/[0-9]*$//' weighted.csv >wrong.csv
expect_exit 1 "${train[@]}" wrong.csv --set data.weight=importance --output wrong
expect_text err <<'EOT'
mdl: wrong.csv:5: column 'importance', the sample weight: expected a number of at least 0, found ''
EOT
awk -F , -v OFS=, '{ print $0, NR == 1 ? "importance" : 0 }' table.csv >nothing.csv
expect_exit 1 "${train[@]}" weighted.csv --set data.weight=importance --set data.validation=nothing.csv --output wrong
expect_text err <<'EOT'
mdl: the validation rows all weigh 0; at least one weight must be above 0
EOT
expect_exit 1 "${train[@]}" table.csv --set 'train.class_weights={bad: 1, god: 9}' --output wrong
expect_text err <<'EOT'
mdl: train.class_weights: column 'status' has no class 'god'; did you mean 'good'?
EOT

# Weights are spelled as numbers are in the table.
awk -F , -v OFS=';' 'NR > 1 { $5 = $5 ",5" } { print $1, $2, $3, $4, $5 }' weighted.csv >comma.csv
"${train[@]}" comma.csv --set data.weight=importance --output comma >out
