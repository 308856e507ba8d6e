#!/usr/bin/env bash
# The score that informs stands first: average_precision where few rows are positive; train.metric chooses another, and changes no model.
. "$ROOT/tests/cli/lib.sh"

awk 'BEGIN { print "x,status"; for (i = 0; i < 200; ++i) printf "%d,%s\n", i * 37 % 200, i * 37 % 200 < 16 ? "yes" : "no" }' >rare.csv
train() { "$MDL" train rare.csv --target status "${TINY[@]/--quiet/--force}" --output "$@" >out 2>err; }
train rare
grep -q '^epoch 1/3 .*  average_precision 0\.' err
if grep -q accuracy err; then exit 1; fi
train chosen --set train.metric=log_loss
grep -q '^epoch 1/3 .*  log_loss ' err
grep -q '"log_loss"' chosen/metrics.jsonl
for run in rare chosen; do "$MDL" predict $run/model.safetensors rare.csv >$run.predictions; done
cmp rare.predictions chosen.predictions

"$MDL" explain rare/model.safetensors rare.csv >explained
grep -q 'How much worse average_precision becomes' explained
"$MDL" explain chosen/model.safetensors rare.csv >explained
grep -q 'How much worse log_loss becomes' explained
"$MDL" explain chosen/model.safetensors rare.csv --metric f1 >explained
grep -q 'How much worse f1 becomes' explained
awk -F , -v OFS=, '{ print $0, NR == 1 ? "part" : NR % 2 }' rare.csv >parts.csv
"$MDL" evaluate rare/model.safetensors parts.csv --slice part | grep -A 1 '^By part' | grep -q '^group  *rows  average_precision'

# A run that is shown otherwise is the same run.
expect_exit 0 "$MDL" train rare.csv --target status "${TINY[@]}" --output rare --resume --set train.metric=f1
expect_exit 1 "$MDL" train rare.csv --target status "${TINY[@]}" --output other --set train.metric=rmse
expect_text err <<'EOT'
mdl: train.metric: the model's task is binary, which has no rmse; it has accuracy, balanced_accuracy, precision, recall, f1, precision_macro, recall_macro, f1_macro, precision_weighted, recall_weighted, f1_weighted, roc_auc, average_precision, log_loss, brier, ece and mcc
EOT
