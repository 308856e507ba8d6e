#!/usr/bin/env bash
# With nothing set a run tries settings and decides its length: the same with one thread or two, killed and resumed, or told what it took.
. "$ROOT/tests/cli/lib.sh"

head -n 400 "$ROOT/data/credit.csv" >table.csv
train=("$MDL" train table.csv --target Status --set 'model.hidden=[16]' --set train.trials=3)
"${train[@]}" --output whole --threads 2 >out 2>err
grep -q '^trial 3 of 3: periodic_sigma 0.1, dropout 0.15, learning rate 0.02$' err
grep -q '^taken: periodic_sigma .*; 8 more networks train by these for [0-9]* epochs$' err
grep -q ' epochs were enough: the second half of [0-9]* lowered the validation loss by too little$' err
grep -q '^A row is predicted here by the 2 of 10 networks' out
grep -q '<h2>Trials</h2>' whole/report.html
"${train[@]}" --output one --threads 1 --quiet >out
cmp whole/model.safetensors one/model.safetensors

"${train[@]}" --output broken --threads 2 --quiet >out 2>err &
for step in 1 2 3 4 5; do
  wait_for broken/last.safetensors
  sleep 0.2
  kill -KILL $! 2>err || break
  wait $! 2>err || true
  "${train[@]}" --output broken --threads "$((step % 2 + 1))" --quiet --resume >out 2>err &
done
wait $!
cmp whole/model.safetensors broken/model.safetensors
cmp <(sed 's/"seconds":[^}]*//' whole/metrics.jsonl) <(sed 's/"seconds":[^}]*//' broken/metrics.jsonl)

# The config that was taken has nothing left to try.
"$MDL" train whole/config.yaml --output taken --quiet >out
"$MDL" predict whole/model.safetensors table.csv >a.csv
"$MDL" predict taken/model.safetensors table.csv >b.csv
cmp a.csv b.csv

# What was tried cannot be told otherwise afterwards.
expect_exit 1 "${train[@]}" --output whole --quiet --resume --allow-changes --set train.trials=1
expect_text err <<'EOT'
mdl: whole/last.safetensors: train.trials was 3, is 1, and cannot change once settings were tried; --force starts a new run
EOT

# However short the time, every network takes steps.
"${train[@]}" --output short --threads 1 --set train.max_minutes=0.0001 >out 2>err
grep -q '^stopped: train.max_minutes is over$' err
expect_exit 0 "${train[@]}" --output short --resume --set train.max_minutes=0.0001
grep -q 'already finished' err

expect_exit 1 "${train[@]}" --output other --set train.epochs=5
expect_text err <<'EOT'
mdl: train.trials: 3 needs train.epochs: auto and train.folds
EOT
expect_exit 1 "$MDL" train table.csv --target Status --output other --set train.epochs=auto --set train.schedule=cosine
expect_text err <<'EOT'
mdl: train.epochs: auto and train.schedule: cosine exclude each other; that schedule needs a number of epochs
EOT

# The folder of a finished run tells what was taken, and is finished all the same.
expect_exit 0 "$MDL" train --resume whole
grep -q 'already finished' err
expect_exit 1 "$MDL" train --resume whole --set model.dropout=0.5
grep -q 'the run began differently' err
