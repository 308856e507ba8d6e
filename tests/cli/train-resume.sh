#!/usr/bin/env bash
# Ctrl-C prints the command that goes on; that comes to the same model as a run that was not interrupted.
. "$ROOT/tests/cli/lib.sh"

small_table >'my table.csv'
train=("$MDL" train 'my table.csv' --target status "${TINY[@]}" --set train.epochs=30000)
"${train[@]}" --output whole >out

"${train[@]}" --output broken --force >out 2>err &
until [ -s broken/config.yaml ]; do sleep 0.01; done
kill -INT $!
code=0
wait $! || code=$?
[ "$code" -eq 130 ]
expect_text out </dev/null
sed 's/\(in\|after\) epoch [0-9]* of/in epoch N of/' err >talk.txt
expect_text talk.txt <<EOT
interrupted in epoch N of 30000; the state of the run is saved; to go on:
  $MDL train 'my table.csv' --target status --quiet --set model.preset=plain --set 'model.hidden=[4]' --set train.epochs=3 --set train.epochs=30000 --output broken --resume
EOT
[ ! -e broken/model.safetensors ]

tail -n 1 err >go-on.sh
bash -e go-on.sh >out
cmp whole/model.safetensors broken/model.safetensors
