#!/usr/bin/env bash
# Gates can stand in a YAML file; a wrong one is told with its place.
. "$ROOT/tests/cli/lib.sh"

train_small
cat >gates.yaml <<'EOT'
fail_under:
  accuracy: 0.1
  accuracy[home=rent]: 0.1
max_drop:
  f1: 0.0
EOT
expect_exit 0 "$MDL" evaluate run/model.safetensors table.csv --gates gates.yaml --baseline run/model.safetensors
expect_exit 3 "$MDL" evaluate run/model.safetensors table.csv --gates gates.yaml --baseline run/model.safetensors --fail-under log_loss=0.001
sed -i 's/accuracy.home=rent.: 0.1/log_loss[home=rent]: 0/' gates.yaml
expect_exit 3 "$MDL" evaluate run/model.safetensors table.csv --gates gates.yaml --baseline run/model.safetensors
echo 'confidence: 0.9' >>gates.yaml
expect_exit 2 "$MDL" evaluate run/model.safetensors table.csv --gates gates.yaml --baseline run/model.safetensors --intervals none
echo 'fail_under: {acuracy: 0.5}' >gates.yaml
expect_exit 1 "$MDL" evaluate run/model.safetensors table.csv --gates gates.yaml
expect_text err <<'EOT'
mdl: gates.yaml:1:14: 'acuracy=0.5': there is no metric 'acuracy'; did you mean 'accuracy'?
EOT
expect_text out </dev/null
