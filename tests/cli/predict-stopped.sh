#!/usr/bin/env bash
# A signal ends the run, whether it waits for rows or for a reader that does not read.
. "$ROOT/tests/cli/lib.sh"

train_small
ended() {
  code=0
  wait "$1" || code=$?
  [ "$code" -eq "$2" ]
}
mkfifo rows answers
exec {rows}<>rows
"$MDL" predict run/model.safetensors rows >out &
printf 'age,income,home\n30,100,own\n' >&"$rows"
until [ -s out ] && [ "$(wc -l <out)" -eq 2 ]; do sleep 0.01; done
kill -TERM $!
ended $! 143

awk 'NR == 1 { print } NR > 1 { for (i = 0; i < 2000; ++i) print }' table.csv >long.csv
# shellcheck disable=SC2034
exec {answers}<>answers
"$MDL" predict run/model.safetensors long.csv --output answers &
sleep 0.5
kill -TERM $!
ended $! 143

# A file that was there is left as it was.
echo precious >kept.csv
"$MDL" predict run/model.safetensors rows --output kept.csv &
printf 'age,income,home\n30,100,own\n' >&"$rows"
sleep 0.2
kill -TERM $!
ended $! 143
expect_text kept.csv <<'EOT'
precious
EOT
[ "$(echo kept*)" = kept.csv ]
