#!/usr/bin/env bash
# All mistakes in a config are reported at once, each with its place and a suggestion.
. "$ROOT/tests/cli/lib.sh"

cat >churn.yaml <<'EOT'
data:
  train: table.csv
  target: status
model:
  learning_rate: 0.1
train:
  epochs: many
  optimizer: adm
EOT
expect_exit 1 "$MDL" train churn.yaml
expect_text err <<'EOT'
mdl: churn.yaml:5:3: unknown key 'model.learning_rate'; did you mean 'train.learning_rate'?
churn.yaml:7:3: train.epochs: expected auto, or a whole number from 1 to 1000000000, found 'many'
churn.yaml:8:3: train.optimizer: expected one of sgd, adam and adamw, found 'adm'; did you mean 'adam'?
EOT
[ ! -e runs ]
