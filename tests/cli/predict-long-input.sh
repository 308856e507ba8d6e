#!/usr/bin/env bash
# Memory does not grow with the input, nor with the length of its rows; the first lines of endless input come out at once.
. "$ROOT/tests/cli/lib.sh"

train_small
model=run/model.safetensors
{ echo age,income,home; yes 30,100,own 2>yes_err || true; } | "$MDL" predict $model 2>err | head -n 1 >out
expect_text err </dev/null
expect_text out <<'EOT'
age,income,home,prediction,p_bad,p_good
EOT

# measure COMMAND...: the peak of memory, in KiB, when the command's output is predicted. Up to seven blocks are there at once.
measure() {
  mkfifo pipe
  exec {hold}<>pipe
  "$MDL" predict $model - --threads 3 <pipe >/dev/null {hold}>&- &
  "$@" >&"$hold"
  sleep 0.5
  awk '/^VmHWM/ { print $2 }' "/proc/$!/status"
  exec {hold}>&-
  wait $!
  rm pipe
}
rows() { echo age,income,home; yes 30,100,own | head -n "$1"; }
wide() { awk 'BEGIN { for (i = 0; i < 100000; ++i) long = long "x"; print "age,income,home,note"; for (i = 0; i < 2000; ++i) print "30,100,own," long }'; }
small=$(measure rows 300000)
large=$(measure rows 3000000)
[ "$large" -lt $((small + 12000)) ]   # of 130 MB that are written
[ "$(measure wide)" -lt $((small + 30000)) ]
