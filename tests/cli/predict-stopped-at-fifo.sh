#!/usr/bin/env bash
# A signal while a FIFO waits for its other side ends the program with 128 + signal, to read from it and to write to it.
. "$ROOT/tests/cli/lib.sh"

train_small
mkfifo pipe
stopped() {
  "$MDL" "$@" >out 2>err &
  until [ "$(awk '{ print $3 }' "/proc/$!/stat")" = S ]; do sleep 0.01; done
  sleep 0.2
  kill -INT $!
  code=0
  wait $! || code=$?
  [ "$code" -eq 130 ] || { echo "exit code $code: $*"; cat err; exit 1; }
  expect_text err </dev/null
}
stopped predict run/model.safetensors pipe
stopped predict run/model.safetensors table.csv --output pipe
stopped evaluate run/model.safetensors pipe
stopped inspect pipe
stopped init pipe --target status
stopped train pipe --target status --output fresh "${TINY[@]}"
