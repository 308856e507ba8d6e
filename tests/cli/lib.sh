# Words that the tests share. A test runs with -euo pipefail in an empty folder; $MDL is the program, $ROOT the repository.
# shellcheck shell=bash

# expect_exit CODE COMMAND...: runs it, keeps its output in the files out and err, and wants this exit code.
expect_exit() {
  local wanted=$1 code=0
  shift
  "$@" >out 2>err || code=$?
  [ "$code" -eq "$wanted" ] || { echo "exit code $code instead of $wanted: $*"; cat out err; exit 1; }
}

# expect_text FILE <<'EOT': wants exactly this text in the file; nothing but an empty file without a here-document.
expect_text() {
  diff -u --label expected --label "$1" - "$1"
}

# absent GREP_ARGUMENT...: wants grep to find nothing, in files that it can read. A line `! grep` would not fail: bash lets an inverted status pass.
absent() {
  local code=0
  grep "$@" || code=$?
  [ "$code" -eq 1 ] || { echo "not absent (grep ends with $code): $*"; exit 1; }
}

# wait_for FILE: waits until the command in the background has made it; fails when that command is gone.
wait_for() {
  until [ -s "$1" ]; do
    kill -0 $!
    sleep 0.01
  done
}

# small_table: customers as CSV, 60 rows, income decides the status.
small_table() {
  awk 'BEGIN {
    print "age,income,home,status"
    for (i = 0; i < 60; ++i) printf "%d,%d,%s,%s\n", 20 + i % 59, i * 37 % 60 * 100, i % 3 ? "own" : "rent", i * 37 % 60 < 30 ? "bad" : "good"
  }'
}

# TINY: flags of mdl train for a network that is trained in no time.
# shellcheck disable=SC2034
TINY=(--quiet --set model.preset=plain --set "model.hidden=[4]" --set train.epochs=3)

# train_small: table.csv, and a tiny model of it in run/.
train_small() {
  small_table >table.csv
  "$MDL" train table.csv --target status --output run "${TINY[@]}" >training
}

# signing_keys: private.pem and public.pem, and other-public.pem of another pair.
signing_keys() {
  "$MDL" keygen --signing --output private.pem >public.pem
  "$MDL" keygen --signing --output other-private.pem >other-public.pem
  rm other-private.pem
}

# start_service ARGUMENT...: mdl serve on a free port, in the background, until the test ends; sets $port and $server, and what it says goes
# into served.err.
start_service() {
  "$MDL" serve "$@" --port 0 >served.out 2>served.err &
  server=$!
  trap 'kill -KILL $server 2>/dev/null || true' EXIT
  port=
  until [ -n "$port" ]; do
    kill -0 $server
    sleep 0.02
    port=$(sed -n 's|.*serving .* on https*://[^ "]*:\([0-9][0-9]*\).*|\1|p' served.err)
  done
  export port PYTHONPATH="$ROOT/tests"
}

# stop_service: asks it to end, and wants it to end well.
stop_service() {
  kill -TERM $server
  local code=0
  wait $server || code=$?
  trap - EXIT
  [ $code = 0 ] || { echo "mdl serve ended with $code"; cat served.err; exit 1; }
}

# in_environment NAME PACKAGE...: in the repository's root, an environment build/NAME with these, its programs first on the PATH; false where pip
# does not find them.
in_environment() {
  local environment=build/$1
  shift
  if [ "$*" != "$(cat "$environment/packages" 2>/dev/null)" ]; then
    rm -rf "$environment"
    .deps/bin/python -m venv "$environment"
    if ! "$environment/bin/pip" install --quiet "$@" >"$environment.log" 2>&1; then
      echo "skipped: pip does not find $*: $(tail -n 1 "$environment.log")"
      rm -rf "$environment"
      return 1
    fi
    echo "$*" >"$environment/packages"
  fi
  PATH=$ROOT/$environment/bin:$PATH
}
