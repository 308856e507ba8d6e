#!/usr/bin/env bash
# Whatever fails while a run is saved: the folder holds the old or the new model and state, whole, and one line says why.
. "$ROOT/tests/cli/lib.sh"

strace -o trace true || { echo 'skipped: strace is not there, or may not trace'; exit 0; }
small_table >table.csv
train=("$MDL" train table.csv --target status --output run "${TINY[@]}")
"${train[@]}" >out
mv run old
train+=(--set train.epochs=4)
"${train[@]}" >out
mv run new

# fail_at CALL ERROR K: in the folder of the old run, the K-th CALL of the program ends with ERROR.
fail_at() {
  rm -rf run && cp -r old run
  local code=0
  strace -o trace -e trace="$1" -e inject="$1:error=$2:when=$3" "${train[@]}" --force >out 2>err || code=$?
  grep -q INJECTED trace
  case $code in
    0) [ ! -s err ] ;;   # a folder that cannot be opened cannot be synced; some file systems have none of that
    1) [ "$(wc -l <err)" -eq 1 ] && grep -q "^mdl: .*run\(/.*\)\?: cannot be [a-z]*: " err ;;
    *) false ;;
  esac
  cmp -s run/model.safetensors old/model.safetensors || cmp run/model.safetensors new/model.safetensors
  diff <(ls run) <(ls old)

  code=0
  "${train[@]}" --resume >out 2>err || code=$?
  if [ $code -eq 0 ]; then
    cmp run/model.safetensors new/model.safetensors
  else
    expect_text err <<'EOT'
mdl: run/last.safetensors: the run began differently: train.epochs was 3, is 4; --allow-changes resumes it anyway, --force starts a new run
EOT
  fi
}

for fault in openat=EACCES write=ENOSPC fsync=EIO linkat=EIO renameat=EIO; do
  call=${fault%=*} error=${fault#*=}
  rm -rf run && cp -r old run
  strace -y -o trace -e trace="$call" "${train[@]}" --force >out
  at=$(awk '/[\/"]run[\/>"]/ && !/^write\(1</ { print NR }' trace)
  [ "$(wc -w <<<"$at")" -ge 5 ]
  for k in $at; do
    echo "$call $k: $error"
    fail_at "$call" "$error" "$k"
  done
done
