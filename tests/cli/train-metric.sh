#!/usr/bin/env bash
# The score that informs stands first: average_precision where few rows are positive; train.metric chooses another, and by it the epoch.
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

# What chose the epoch is part of the run.
expect_exit 1 "$MDL" train rare.csv --target status "${TINY[@]}" --output rare --resume --allow-changes --set train.metric=f1
expect_text err <<'EOT'
mdl: rare/last.safetensors: train.metric was not set, is f1, and cannot change: by it the epoch is chosen; --force starts a new run
EOT

# Without it the epoch of the lowest validation loss is kept, with it the first one of the best score; both stop early by it.
"$MDL" train "$ROOT/data/credit.csv" --target Status --output loss --set model.preset=plain --set train.epochs=12 2>err >out
grep -q '^best epoch [0-9]*, validation loss 0\.[0-9]*; ' err
"$MDL" train "$ROOT/data/credit.csv" --target Status --output recall --set model.preset=plain --set train.epochs=12 --set data.positive=bad \
  --set train.metric=recall --set train.early_stopping=2 --set train.threshold=0.3 2>err >out
grep -q '^best epoch [0-9]* by recall, 0\.[0-9]*, validation loss 0\.[0-9]*; ' err
grep -q '^stopped: no better recall in 2 evaluations$' err
for run in loss recall; do "$MDL" inspect $run/model.safetensors --format json >$run.json; done
python3 - <<'EOT'
import json
for run, key, sign in (("loss", "validation_loss", 1), ("recall", "recall", -1)):
    epochs = [json.loads(line) for line in open(f"{run}/metrics.jsonl")]
    model = json.load(open(f"{run}.json"))
    best = min(epochs, key=lambda epoch: sign * epoch[key])  # the first of equal ones
    assert model["epoch"] == best["epoch"], (run, model["epoch"], best)
    if run == "recall":
        assert best[key] == model["validation"]["recall"], (best, model["validation"])  # at the threshold of 0.3
        assert len(epochs) == best["epoch"] + 2, epochs
        assert best["validation_loss"] > min(epoch["validation_loss"] for epoch in epochs), epochs
EOT
grep -q 'the best of them, by recall, epoch' recall/report.html
expect_exit 1 "$MDL" train rare.csv --target status "${TINY[@]}" --output other --set train.metric=rmse
expect_text err <<'EOT'
mdl: train.metric: the model's task is binary, which has no rmse; it has accuracy, balanced_accuracy, precision, recall, f1, precision_macro, recall_macro, f1_macro, precision_weighted, recall_weighted, f1_weighted, roc_auc, average_precision, log_loss, brier, ece and mcc
EOT
