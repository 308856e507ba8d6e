#!/usr/bin/env bash
# The version is printed by the command and by the flag.
. "$ROOT/tests/cli/lib.sh"

"$MDL" version | grep -qxE 'mdl [0-9]+\.[0-9]+\.[0-9]+'
"$MDL" --version | cmp - <("$MDL" version)
