#!/usr/bin/env bash
# A model file that is cut off, changed or something else is refused with the reason.
. "$ROOT/tests/cli/lib.sh"

train_small
refused() {
  expect_exit 1 "$MDL" predict "$1" table.csv
  expect_text err
  expect_text out </dev/null
}

head -c 5 run/model.safetensors >short
refused short <<'EOT'
mdl: short: is not a usable model file: it has 5 bytes, the length of the header alone takes 8
EOT

tensors=$(python3 -c 'import os, struct; f = open("run/model.safetensors", "rb"); print(os.path.getsize(f.name) - 8 - struct.unpack("<Q", f.read(8))[0])')
head -c -1 run/model.safetensors >cut.safetensors
refused cut.safetensors <<EOT
mdl: cut.safetensors: is not a usable model file: its tensors need $tensors bytes, $((tensors - 1)) are there; the file is truncated
EOT

{ head -c 8 run/model.safetensors; printf X; tail -c +10 run/model.safetensors; } >flipped
refused flipped <<'EOT'
mdl: flipped: is not a usable model file: its header does not start with '{'
EOT

refused table.csv <<'EOT'
mdl: table.csv: is not a usable model file: its header would be 8026380358899820385 bytes long, more than 16 MiB; is it a safetensors file?
EOT

refused run <<'EOT'
mdl: run: is a folder; did you mean run/model.safetensors?
EOT

mkdir empty
refused empty <<'EOT'
mdl: empty: is a folder; a file is expected
EOT

refused run/last.safetensors <<'EOT'
mdl: run/last.safetensors: is not a usable model file: it is the state of a run, which mdl train --resume reads; the model is model.safetensors, beside it
EOT

refused nowhere <<'EOT'
mdl: nowhere: cannot be opened: No such file or directory
EOT
