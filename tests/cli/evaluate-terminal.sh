#!/usr/bin/env bash
# On a terminal a report is set to its width and FAILED and DRIFTED are red, unless NO_COLOR or TERM=dumb; in a pipe and in a file it is plain.
. "$ROOT/tests/cli/lib.sh"

train_small
awk -F, -v OFS=, 'NR > 1 { $1 += 100 } 1' table.csv >data.csv
flags=(evaluate run/model.safetensors data.csv --slice home --fail-on-drift --fail-under f1=1)
expect_exit 3 "$MDL" "${flags[@]}" --report report.txt
cmp out report.txt
[ "$(grep -c $'\033' out)" -eq 0 ]
[ "$(grep -c 'FAILED$' out)" -eq 3 ]

# on_terminal COLUMNS: what is shown there, without the carriage returns.
on_terminal() {
  script -qc "stty cols $1 rows 50; '$MDL' $(printf ' %q' "${flags[@]}")" /dev/null </dev/null | tr -d '\r' >shown
}
plain() { sed $'s/\033\\[[0-9;]*m//g' shown; }
unset NO_COLOR
TERM=xterm on_terminal 80
plain | cmp - out
[ "$(grep -c $'\033\\[1;31mFAILED\033\\[0m$' shown)" -eq 3 ]
[ "$(grep -c $'^age .*\033\\[1;31mDRIFTED\033\\[0m' shown)" -eq 1 ]
[ "$(grep -c $'\033' shown)" -eq 4 ]
NO_COLOR=1 TERM=xterm on_terminal 80
cmp shown out
TERM=dumb on_terminal 80
cmp shown out

TERM=xterm on_terminal 60
[ "$(plain | wc -L)" -le 60 ]
TERM=xterm on_terminal 200
[ "$(plain | grep -c '^Calibration: the probability of the positive class against the fraction of rows of it$')" -eq 1 ]
