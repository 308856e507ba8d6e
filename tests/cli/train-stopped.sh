#!/usr/bin/env bash
# A signal ends a run that waits for its table.
. "$ROOT/tests/cli/lib.sh"

mkfifo rows
# shellcheck disable=SC2034
exec {rows}<>rows
for signal in INT TERM HUP; do
  "$MDL" train rows --target status 2>err &
  sleep 0.5
  kill -$signal $!
  code=0
  wait $! || code=$?
  [ "$code" -eq $((128 + $(kill -l $signal))) ]
done
[ ! -e runs ]
