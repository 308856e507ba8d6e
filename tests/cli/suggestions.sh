#!/usr/bin/env bash
# Wherever a name is looked up, what it was meant to be is told: by case, by synonym, by edit distance.
. "$ROOT/tests/cli/lib.sh"

# says EXIT TEXT ARGUMENT...
says() {
  local code=$1 text=$2
  shift 2
  expect_exit "$code" "$MDL" "$@"
  grep -qF -- "$text" err || { echo "not said: $text"; cat err; exit 1; }
}

printf 'w,y\n0,a\n1,b\n' >table.csv
says 2 "did you mean 'train'?" fit table.csv
says 2 "did you mean 'evaluate'?" score table.csv
says 2 "did you mean --set train.learning_rate=VALUE?" train table.csv --target y --lr 0.1
says 2 "did you mean --target?" train table.csv --label y
says 2 "did you mean 'markdown'?" evaluate model.safetensors table.csv --format md
says 1 "did you mean 'train.learning_rate'?" config check --set model.lr=0.1 --set data.train=table.csv --set data.target=y
says 1 "did you mean 'data.validation'?" config check --set data.val=0.1 --set data.train=table.csv --set data.target=y
says 1 "did you mean 'categorical'?" config check --set 'data.types={w: string}' --set data.train=table.csv --set data.target=y
says 1 "has no column 'Y', as data.target says; did you mean 'y'?" train table.csv --target Y
says 1 "has no column 'z', as data.target says; it has w and y" train table.csv --target z
says 1 "did you mean 'y'?" init table.csv --target ' Y'

train_small
for pair in auc:roc_auc ap:average_precision acc:accuracy; do
  says 2 "did you mean '${pair#*:}'?" evaluate run/model.safetensors table.csv --fail-under "${pair%:*}=0.5"
done
says 1 "did you mean 'home'?" evaluate run/model.safetensors table.csv --slice Home
says 1 "did you mean 'good'?" train table.csv --target status --set data.positive=Good --output other
