#!/usr/bin/env bash
# One CSV file, cut into blocks at line ends, each to a program of its own by GNU parallel (Debian: parallel), in the order of the rows.
#
#   ./blocks.sh MODEL TABLE.csv SCORED.csv                                        # on the cores of this machine
#   PARALLEL='--sshlogin node1,node2' ./blocks.sh MODEL TABLE.csv SCORED.csv      # nodes with mdl on the PATH and the model file
#
# The header is the first line, and no row has line breaks in quotes: others are refused. A block that fails ends it with its exit code;
# SCORED.csv is there when it is whole.
set -euo pipefail
model=$1 table=$2 scored=$3

# A row with line breaks in quotes has lines whose quotes do not match.
line=$(LC_ALL=C grep --text --line-number --line-regexp --invert-match --max-count=1 '[^"]*\("[^"]*"[^"]*\)*' "$table" | cut -d : -f 1) || true
if [ -n "$line" ]; then
  echo "$table:$line: a quote is open at the end of the line, or this is no plain CSV; make it Parquet, or one file a task" >&2
  exit 1
fi

# shellcheck disable=SC2016
{
  head -n 1 "$table" | mdl predict "$model"
  parallel --pipe-part --arg-file "$table" --header 1 --block -4 --keep-order --halt soon,fail=1 --quote \
    bash -o pipefail -c 'mdl predict "$0" --threads 1 | tail -n +2' "$model"
} >"$scored.unfinished"
mv "$scored.unfinished" "$scored"
