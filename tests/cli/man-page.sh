#!/usr/bin/env bash
# The manual page has every command and flag, and roff finds nothing wrong with it.
. "$ROOT/tests/cli/lib.sh"

"$MDL" man >mdl.1
head -n 4 mdl.1 >first
expect_text first <<EOT
.TH MDL 1 "" "$("$MDL" version)" "User Commands"
.SH NAME
mdl \- trains, evaluates and serves multilayer perceptrons on tables
.SH SYNOPSIS
EOT
if command -v groff >/dev/null; then
  groff -man -ww -Tascii mdl.1 2>warnings | sed 's/.\x08//g; s/\x1b\[[0-9;]*m//g' | tr -s ' ' >page
  expect_text warnings </dev/null
  for command in $("$MDL" --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z-]*\) .*/\1/p'); do
    grep -q "^ mdl $command$" page || { echo "no section for $command"; exit 1; }
    for flag in $("$MDL" "$command" --help | sed -n 's/^  \(-h,\)\?\(--[a-z-]*\).*/\2/p'); do
      grep -q -- "$flag" page || { echo "$command $flag is not there"; exit 1; }
    done
  done
fi
if command -v mandoc >/dev/null; then
  # The page has no date: it says the same whenever it was built.
  mandoc -Tlint -W warning mdl.1 | grep -v 'missing date' >lint || true
  expect_text lint </dev/null
fi
