#!/usr/bin/env bash
# Several ranks train the model that one process trains: networks of their own to the same bytes, a share of each batch up to the order of
# sums; whoever ends early, or has other data, is named, and the run goes on with another number of ranks.
. "$ROOT/tests/cli/lib.sh"

# start N ARGUMENT...: mdl train as N ranks; rank r's output goes to out.r and err.r, its process is ${ranks[r]}.
start() {
  local n=$1 r
  shift
  rm -f out.[0-9] err.[0-9]
  ranks=()
  port=$((20000 + (port - 20000 + 1) % 10000))
  for ((r = 0; r < n; ++r)); do
    RANK=$r WORLD_SIZE=$n MASTER_ADDR=127.0.0.1 MASTER_PORT=$port LOCAL_WORLD_SIZE=$n "$MDL" train "$@" >out.$r 2>err.$r &
    ranks+=($!)
  done
}
port=$((20000 + $$ % 10000))

# ended CODE...: waits for all, and wants these exit codes.
ended() {
  local r=0 code wanted
  for wanted in "$@"; do
    code=0
    wait "${ranks[r]}" || code=$?
    [ $code = "$wanted" ] || { echo "rank $r: exit code $code instead of $wanted"; cat "err.$r"; exit 1; }
    r=$((r + 1))
  done
}

# until_evaluated: waits for the first evaluation.
until_evaluated() {
  until grep -qs "^epoch" err.0; do
    kill -0 "${ranks[0]}"
    sleep 0.02
  done
}

# close A B: the models' probabilities differ by less than 1e-4.
close() {
  for model in "$1" "$2"; do "$MDL" predict "$model/model.safetensors" table.csv --only 2>/dev/null | cut -d, -f2 >"$model.p"; done
  paste -d, "$1.p" "$2.p" | awk -F, 'NR > 1 { d = $1 - $2; if (d * d > 1e-8) { print "line " NR ": " $0; exit 1 } }'
}

awk 'BEGIN { print "x,y,class"; for (i = 0; i < 2000; ++i) printf "%d,%d,%s\n", i * 7919 % 2003, i * 104729 % 1999, (i * 7919 % 2003 + i * 104729 % 1999) % 3 ? "a" : "b" }' >table.csv
plain=(table.csv --target class --threads 1 --set model.preset=plain --set "model.hidden=[9]" --set model.dropout=0.2 --set train.batch_size=100 --set train.epochs=6)
four=("${plain[@]}" --set model.members=4)

# One is killed: the others end, and the first one says whose fault it was. Who meets only now and then looks for a sign of life for 20 s.
kill_one() {
  mkdir "kill$1"
  cd "kill$1"
  start 3 "../${plain[@]}" --set "model.members=$1" --set train.epochs=100000 --set train.early_stopping=0 --output run
  until_evaluated
  kill -KILL "${ranks[2]}"
  ended 1 1 137
  grep -q "^mdl: rank 2 of 3 (.*) is gone, or its network is silent; --resume goes on from the last saved state$" err.0
  expect_text err.1 </dev/null
}
(kill_one 1)
port=$((port + 1000))
(kill_one 4) & spread_kill=$!
port=$((port - 1000))

"$MDL" train "${four[@]}" --output four --quiet >one
"$MDL" train "${plain[@]}" --output alone --quiet >alone.txt

start 2 "${four[@]}" --output spread
ended 0 0
grep -qx "2 ranks on .*: each trains 2 networks of its own" err.0
cmp four/model.safetensors spread/model.safetensors
sed 's/^spread/four/' out.0 | cmp - one
expect_text out.1 </dev/null
expect_text err.1 </dev/null

start 3 "${plain[@]}" --output shared
ended 0 0 0
grep -qx "3 ranks on .*: all train each network, each on its share of every batch" err.0
close alone shared

# Ranks that average their weights now and then learn as well, and exactly as often as they are asked to.
start 2 "${plain[@]}" --output local --set train.local_steps=7
ended 0 0
loss() { sed -n 's/.*"epoch":6,.*"validation_loss":\([0-9.]*\).*/\1/p' "$1/metrics.jsonl"; }
awk -v a="$(loss alone)" -v b="$(loss local)" 'BEGIN { exit !(a > 0 && b > 0 && b != a && b < 1.05 * a) }'

# More ranks than rows in the last batch; folds and trials.
start 3 "${plain[@]}" --output shared --force --set train.batch_size=799
ended 0 0 0
head -400 table.csv >short.csv
recipe=(short.csv --target class --threads 1 --set model.members=4 --set train.folds=2 --set train.trials=2 --set "model.hidden=[8]")
"$MDL" train "${recipe[@]}" --output recipe --quiet >/dev/null
start 2 "${recipe[@]}" --output recipe2
ended 0 0
cmp recipe/model.safetensors recipe2/model.safetensors
start 3 "${recipe[@]}" --output recipe3 --set model.members=6
ended 0 0 0
grep -q "in trials all train each network, each on its share of every batch, then each trains 1 or 2 networks of its own$" err.0

# One is asked to stop: all save and stop. Two go on; of networks of their own the end is the same to the byte.
for networks in 1 4; do
  long=("${plain[@]}" --set model.members=$networks --set train.epochs=2000 --set train.early_stopping=0)
  start 3 "${long[@]}" --output part$networks
  until_evaluated
  kill -INT "${ranks[1]}"
  wait "${ranks[@]}" || true
  grep -q "^interrupted .* of 2000; the state of the run is saved; to go on:" err.0
done
"$MDL" train "${long[@]}" --output whole --quiet >/dev/null
start 2 --resume part4
ended 0 0
cmp whole/model.safetensors part4/model.safetensors
start 2 --resume part1 --allow-changes --set train.max_minutes=0.001
ended 0 0
grep -q "^going on from step" err.0

# Started again by torchrun it resumes by itself.
TORCHELASTIC_RESTART_COUNT=1 start 2 "${four[@]}" --output spread
ended 0 0
grep -qx "spread: the run is already finished" err.0

# Other bytes, another config, a table that is not there.
mkdir other
sed '9{s/a$/b/;t;s/b$/a/}' table.csv >other/table.csv
port=$((port + 1))
in_folder() { (cd "$1" && RANK=$2 WORLD_SIZE=2 MASTER_ADDR=127.0.0.1 MASTER_PORT=$port exec "$MDL" train "${@:3}") >out."$2" 2>err."$2"; }
in_folder . 0 "${plain[@]}" --output differ --quiet & first=$!
in_folder other 1 "${plain[@]}" --output differ --quiet && exit 1
wait $first && exit 1
grep -q "^mdl: rank 1 of 2 (.*): data.train: table.csv has other bytes than table.csv on rank 0; all ranks need the same tables$" err.0
[ ! -e differ ]
port=$((port + 1))
in_folder . 0 "${plain[@]}" --output differ --quiet & first=$!
in_folder . 1 "${plain[@]}" --output differ --quiet --set train.seed=5 && exit 1
wait $first && exit 1
grep -q "^mdl: rank 1 of 2 (.*): would train otherwise than rank 0: train.seed was 0, is 5$" err.0
port=$((port + 1))
rm other/table.csv
in_folder . 0 "${plain[@]}" --output differ --quiet & first=$!
in_folder other 1 "${plain[@]}" --output differ --quiet && exit 1
wait $first && exit 1
grep -q "^mdl: rank 1 of 2 (.*) ended: table.csv: cannot be opened: No such file or directory$" err.0
expect_text err.1 </dev/null

# What all find is told once.
start 2 table.csv --target clas
ended 1 1
expect_text err.1 </dev/null
grep -c "^mdl: " err.0 | grep -qx 1

# Ranks of two runs on one port, and of one run that was started in two ways.
port=$((port + 1))
export MASTER_ADDR=127.0.0.1 MASTER_PORT=$port
RANK=0 WORLD_SIZE=2 "$MDL" train "${plain[@]}" --output twice >out.0 2>err.0 & first=$!
sleep 1
RANK=0 WORLD_SIZE=2 "$MDL" train "${plain[@]}" --output twice >out.1 2>err.1 && exit 1
grep -q "^mdl: 127.0.0.1:$port: rank 0 cannot listen there: .*; set MASTER_PORT$" err.1
RANK=1 WORLD_SIZE=3 "$MDL" train "${plain[@]}" --output twice >out.1 2>err.1 && exit 1
wait $first && exit 1
grep -q "^mdl: rank 0 is of build .* of 2 ranks, rank 1 of build .* of 3 ranks; all need the same program and WORLD_SIZE$" err.0 err.1

RANK=2 WORLD_SIZE=2 expect_exit 1 "$MDL" train "${plain[@]}"
expect_text err <<'EOT'
mdl: RANK: expected a number from 0 to 1, found '2'
EOT
WORLD_SIZE=2 expect_exit 1 "$MDL" train "${plain[@]}"
expect_text err <<'EOT'
mdl: RANK is not set; with WORLD_SIZE it tells how the ranks meet; where this process is alone, unset WORLD_SIZE or set WORLD_SIZE=1
EOT

wait $spread_kill
