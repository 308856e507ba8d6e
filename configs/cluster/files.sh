#!/usr/bin/env bash
# Many files on the cores of this machine, each by a program of its own, by xargs.
#
#   ./files.sh MODEL scored new/*.csv
#
# scored/NAME is what `mdl predict` makes of each, whole or not there. A file that fails lets the others go on; the exit code is then 123.
set -euo pipefail
model=$1 output=$2
shift 2
mkdir -p "$output"
# shellcheck disable=SC2016
printf '%s\0' "$@" | xargs --null --max-args=1 --max-procs="$(nproc)" \
  sh -c 'mdl predict "$0" "$2" --output "$1/${2##*/}" --threads 1' "$model" "$output"
