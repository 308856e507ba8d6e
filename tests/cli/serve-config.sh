#!/usr/bin/env bash
# The example of serve.yaml is read as it stands, and with all that is only an example in it.
. "$ROOT/tests/cli/lib.sh"

example=$ROOT/configs/deploy/serve.yaml
expect_exit 1 "$MDL" serve --config "$example"
expect_text err <<'EOT'
mdl: runs/credit/model.safetensors: cannot be opened: No such file or directory
EOT
sed '1,2d; s/^# //' "$example" >all.yaml
expect_exit 1 "$MDL" serve --config all.yaml
expect_text err <<'EOT'
mdl: public.pem: cannot be opened: No such file or directory
EOT
[ "$(grep -c '^ *[a-z_]*:' all.yaml)" -gt 15 ]

# A mistake in each part, all told at once.
cat >wrong.yaml <<'EOT'
models: {name: m}
tls: {key: k.pem}
limits: {connections: 0, bodies: 1}
log: {format: xml}
audit_log: {inputs: yes}
threads: 0
batch_rows: 5000
batch_rows: 1
EOT
expect_exit 1 "$MDL" serve --config wrong.yaml
for mistake in 'wrong.yaml:1:9: expected a list' 'wrong.yaml:2:6: tls has no certificate' "wrong.yaml:3:10: connections: expected a whole number from 1" \
  "wrong.yaml:3:26: unknown key 'bodies'" "wrong.yaml:4:7: format: expected one of text and json" 'wrong.yaml:5:13: inputs: expected true or false' \
  'wrong.yaml:6:1: threads: ' 'wrong.yaml:7:1: batch_rows: ' "wrong.yaml:8:1: repeated key 'batch_rows'"; do
  grep -qF "$mistake" err || { echo "not told: $mistake"; cat err; exit 1; }
done
expect_exit 2 "$MDL" serve
expect_exit 2 "$MDL" serve 'a b=m.safetensors'
expect_exit 2 "$MDL" serve m.safetensors --log-format xml
