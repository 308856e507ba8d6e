#!/usr/bin/env bash
# A table that is streamed is read once, and leaves nothing behind; a run of it goes on to the same model.
. "$ROOT/tests/cli/lib.sh"

awk 'BEGIN {
  srand(1); print "id,a,b,home,y"
  for (i = 0; i < 30000; ++i) { a = rand(); b = int(rand() * 100); printf "%d,%.4f,%d,%s,%s\n", i, a, b, "h" int(rand() * 9), (a + b / 100 > 1 ? "yes" : "no") }
}' >table.csv
streamed=(--target y --quiet --set data.streaming=true --set data.memory=2MB --set model.preset=plain --set "model.hidden=[8]")

# From standard input, which cannot be read twice.
"$MDL" train - "${streamed[@]}" --output whole --set train.epochs=3 <table.csv >out
grep -q 'roc_auc  *\(0.9[89]\|1.0\)' out

# Files are told apart by nothing but their order.
head -n 12001 table.csv >a.csv
{ head -n 1 table.csv; sed -n '12002,20001p' table.csv; } | gzip >b.csv.gz
{ head -n 1 table.csv; sed -n '20002,$p' table.csv; } | zstd -q >c.csv.zst
for threads in 1 4; do
  "$MDL" train a.csv "${streamed[@]}" --set "data.train=[a.csv, b.csv.gz, c.csv.zst]" --output parts$threads --set train.epochs=1 --threads $threads >out
done
cmp parts1/model.safetensors parts4/model.safetensors

# No epoch but the first opens the table.
strace -f -qq -e trace=openat -o opened "$MDL" train table.csv "${streamed[@]}" --output traced --set train.epochs=4 >out
[ "$(grep -c 'table.csv' opened)" -eq 1 ]

# Interrupted in the middle of an epoch, it goes on to the same bytes.
run=("$MDL" train table.csv "${streamed[@]}" --set train.epochs=400 --set model.members=2)
"${run[@]}" --output once >out
"${run[@]}" --output twice >out 2>err &
until [ -s twice/config.yaml ]; do sleep 0.01; done
sleep 0.2
kill -INT $!
code=0
wait $! || code=$?
[ "$code" -eq 130 ]
"${run[@]}" --output twice --resume >out
cmp once/model.safetensors twice/model.safetensors

# It is chosen by the size of the files, and told.
"$MDL" train table.csv --target y --dry-run --set data.memory=1MB --set model.preset=plain >out 2>err
absent 'is streamed' err
cat table.csv table.csv | awk 'NR == 1 || !/^id/' >twice.csv
"$MDL" train twice.csv --target y --dry-run --set data.memory=1MB --set model.preset=plain >out 2>err
grep -q '^twice.csv: is streamed, by at most 1MB of memory' err

# What a single row decides is decided by all rows, though the sample has some 4,000 of these 60,000 and none of the 20 that differ.
awk 'BEGIN {
  srand(3); print "flag,holes,day,late,hardly,a,y"
  for (i = 0; i < 60000; ++i) {
    odd = i % 3000 == 300
    printf "%d,%s,2024-03-04,%s,%s,%.3f,%s\n", odd, odd ? "" : i % 50, odd ? "2024-03-0" 5 + i % 2 : "2024-03-04", odd ? "7" : "", rand(), odd ? "yes" : "no"
  }
}' >rare.csv
for preset in plain default; do
  for on in true false; do
    "$MDL" train rare.csv --target y --set data.streaming=$on --set data.memory=1MB --set model.preset=$preset --set "model.hidden=[4]" \
      --set model.members=1 --set train.folds=0 --set data.validation=0.01 --set train.epochs=1 --output rare-$on --force >out 2>err
    grep '^ignored' err >ignored-$on
    "$MDL" inspect rare-$on/model.safetensors --format json >$on.json
  done
  cmp ignored-true ignored-false
  python3 - $preset <<'END'
import json, math, sys
streamed, held = ({f["name"]: f for f in json.load(open(name))["features"]} for name in ("true.json", "false.json"))
assert list(streamed) == list(held), streamed
for name, feature in held.items():
    for key in ("kind", "indicator", "parts"):
        assert streamed[name].get(key) == feature.get(key), (name, key, streamed[name])
    for key in ("center", "scale", "fill"):  # robust ones of a and holes are by quantiles
        near = 1e-6 if sys.argv[1] == "plain" or name not in ("a", "holes") else 0.1
        assert math.isclose(streamed[name][key], feature[key], rel_tol=near, abs_tol=near), (name, key, streamed[name])
END
done
grep -qx "ignored, empty or constant in the training rows: column 'day'" err

# That the target numbers the rows is seen in all of them, and not in those of numbers that are like it.
for numbers in 'i * 7001 % 60000' 'i * 7001 % 59999'; do
  awk 'BEGIN { print "a,y"; for (i = 0; i < 60000; ++i) print i * 37 % 101 "," '"$numbers"' }' >numbered.csv
  "$MDL" train numbered.csv --target y --set data.streaming=true --set data.memory=1MB --set model.preset=plain --dry-run >out 2>err
  grep '^target' err
done >targets
[ "$(grep -c 'it numbers the rows: is this the right column?' targets)" -eq 1 ]
head -1 targets | grep -q 'it numbers the rows'

# One batch a window: its step is timed, too.
"$MDL" train numbered.csv --target y --set data.streaming=true --set data.memory=1MB --set train.batch_size=20000 --set model.preset=plain --dry-run >out 2>err
awk '/ms/ { for (i = 2; i <= NF; ++i) if ($i ~ /^ms/ && $(i - 1) >= 0.05) ok = 1 } END { exit !ok }' out

# What needs all rows at once is refused.
expect_exit 1 "$MDL" train table.csv "${streamed[@]}" --output no --set train.folds=5
expect_text err <<'END'
mdl: train.folds: 5 and data.streaming exclude each other, as it needs all rows in memory; set train.folds: 0, or data.streaming: false
END
expect_exit 1 "$MDL" train table.csv "${streamed[@]}" --output no --set "data.split={group: home}"
grep -q '^mdl: data.split by group and data.streaming exclude each other' err

# A full disk: a file may not grow over 64 KiB here.
code=0
(trap '' XFSZ; ulimit -f 64; "$MDL" train table.csv "${streamed[@]}" --output full) >out 2>&1 || code=$?
[ "$code" -eq 1 ]
[ "$(wc -l <out)" -eq 1 ]
grep -q '^mdl: \.: the cache of the table cannot be written there: File too large; it takes 0 MB so far$' out
[ ! -e full ]

# Nothing of an encrypted table lies in the cache, which has no name.
canary=CANARY-f31b7
"$MDL" keygen --output key.txt >public.txt
sed "s/,h3,/,$canary,/" table.csv | "$MDL" encrypt --recipient "$(cat public.txt)" --output secret.csv.age
mkdir hidden
"$MDL" train secret.csv.age "${streamed[@]}" --identity key.txt --set "protect.recipients=[$(cat public.txt)]" --output hidden/run \
  --set train.epochs=100000 >out 2>err &
wait_for hidden/run/config.yaml.age
found=0
for file in /proc/$!/fd/*; do
  case $(readlink "$file") in *hidden*deleted*) found=1; [ "$(wc -c <"$file")" -gt 100000 ]; absent -q -a "$canary" "$file" ;; esac
done
kill -KILL $!
wait $! || true
[ $found -eq 1 ]
[ "$(ls -A hidden)" = run ]
