#!/usr/bin/env bash
# A run that is killed at any moment goes on with --resume to the same model as one that was left alone.
. "$ROOT/tests/cli/lib.sh"

train=("$MDL" train "$ROOT/data/telescope.csv" --target class --quiet --set model.preset=plain --set 'model.hidden=[10]'
  --set 'train.evaluate_every={steps: 1000}')

# The state is saved every five seconds; on a machine that is done before, the run becomes longer.
epochs=1000
while :; do
  "${train[@]}" --set train.epochs=$epochs --output killed --force >out &
  until [ -s killed/metrics.jsonl ] || ! kill -0 $! 2>/dev/null; do sleep 0.1; done
  kill -KILL $! || true
  wait $! || true
  [ -e killed/model.safetensors ] || break
  epochs=$((epochs * 4))
  rm -r killed
done
train+=(--set train.epochs="$epochs")

for pause in 0.2 0.7 1.5; do
  "${train[@]}" --output killed --resume >out &
  sleep $pause
  kill -KILL $! || true
  wait $! || true
done
"${train[@]}" --output killed --resume >out
"${train[@]}" --output whole >out
cmp whole/model.safetensors killed/model.safetensors
untimed() { sed 's/,"seconds".*//' "$1/metrics.jsonl"; }
diff <(untimed whole) <(untimed killed)
