#!/usr/bin/env bash
# The verdict is the exit code whatever becomes of standard output; a report file that cannot be written is 1, with the verdict told.
. "$ROOT/tests/cli/lib.sh"

train_small
awk -F, -v OFS=, 'NR > 1 { $1 += 40 } 1' table.csv >older.csv
echo 'fail_under: {log_loss: 0}' >gates.yaml
"$MDL" evaluate run/model.safetensors table.csv --format json >baseline.json
sed -i 's/"log_loss": [0-9][0-9.e-]*/"log_loss": 0/' baseline.json
evaluate() { "$MDL" evaluate run/model.safetensors "$@"; }

# to_closed_pipe FLAGS...: standard output is a pipe that nobody reads any more.
to_closed_pipe() {
  python3 -c 'import os, subprocess, sys; r, w = os.pipe(); os.close(r); sys.exit(subprocess.call(sys.argv[1:], stdout=w))' \
    "$MDL" evaluate run/model.safetensors "$@"
}

# gate_of FLAGS...: the gate's line as the report has it.
gate_of() { evaluate "$@" >report || true; sed -n 's/^gate //p' report; }

# expect_verdict CODE LINE FLAGS...: the exit code, and the one line on stderr, where standard output is lost in each of three ways.
expect_verdict() {
  local wanted=$1 line=$2 way code
  shift 2
  for way in pipe full closed; do
    code=0
    case $way in
      pipe) to_closed_pipe "$@" 2>err || code=$? ;;
      full) evaluate "$@" 2>err >/dev/full || code=$? ;;
      closed) evaluate "$@" 2>err >&- || code=$? ;;
    esac
    [ "$code" -eq "$wanted" ] || { echo "exit code $code instead of $wanted with $way: $*"; cat err; exit 1; }
    case $way in
      full) expect_text err < <(echo "mdl: standard output: cannot be written: No space left on device"; [ -z "$line" ] || echo "mdl: gate $line") ;;
      closed) expect_text err < <(echo "mdl: standard output: cannot be written: Bad file descriptor"; [ -z "$line" ] || echo "mdl: gate $line") ;;
      pipe) expect_text err < <([ -z "$line" ] || echo "mdl: gate $line") ;;
    esac
  done
}

accuracy=$(evaluate table.csv | awk '$1 == "accuracy" { print $2 }')
log_loss=$(evaluate table.csv | awk '$1 == "log_loss" { print $2 }')
expect_verdict 0 "" table.csv --fail-under accuracy=0
expect_verdict 3 "log_loss <= 0.00: $log_loss FAILED" table.csv --fail-under log_loss=0
expect_verdict 3 "log_loss <= 0.00: $log_loss FAILED" table.csv --gates gates.yaml
drop=$(gate_of table.csv --baseline baseline.json --max-drop log_loss=0.01)
expect_verdict 3 "$drop" table.csv --baseline baseline.json --max-drop log_loss=0.01
drift=$(gate_of older.csv --fail-on-drift)
expect_verdict 3 "$drift" older.csv --fail-on-drift
undecided=$(gate_of table.csv --fail-under "accuracy=$accuracy" --confidence 0.9)
expect_verdict 4 "$undecided" table.csv --fail-under "accuracy=$accuracy" --confidence 0.9

# Without a gate a reader that goes away is no error, and a disk that is full is one.
to_closed_pipe table.csv 2>err
expect_text err </dev/null

# A report file.
ln -s /dev/full full.md
expect_exit 1 evaluate table.csv --report full.md --report kept.json
expect_text err <<'EOT'
mdl: full.md: cannot be written: No space left on device
EOT
grep -q '"gates"' kept.json
expect_exit 1 evaluate table.csv --report full.md --fail-under accuracy=0
expect_text err <<'EOT'
mdl: full.md: cannot be written: No space left on device
EOT
expect_exit 1 evaluate table.csv --output missing/report.txt --fail-under accuracy=0 --fail-under log_loss=0
expect_text err <<EOT
mdl: missing/report.txt: cannot be written: No such file or directory
mdl: gate log_loss <= 0.00: $log_loss FAILED
EOT
